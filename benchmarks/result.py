"""Medians of runs, beside the ceiling that was measured with them; as a table and as JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Result:
    """One figure: a value of each run that counts, and of each run of its ceiling if it has one.

    `target` is a bound on the ratio (`>= 0.6`) where there is a ceiling, on the median (`<= 5`) where there is none.
    """

    name: str
    unit: str
    values: Sequence[float]
    ceiling: str | None = None
    ceiling_values: Sequence[float] = ()
    target: str = ""

    @property
    def median(self) -> float:
        return median(self.values)

    @property
    def ceiling_median(self) -> float | None:
        return median(self.ceiling_values) if self.ceiling_values else None

    @property
    def ratio(self) -> float | None:
        return None if self.ceiling_median is None else self.median / self.ceiling_median

    @property
    def met(self) -> bool:
        if not self.target:
            return True
        relation, bound = self.target.split()
        value = self.median if self.ratio is None else self.ratio
        return value >= float(bound) if relation == ">=" else value <= float(bound)

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "unit": self.unit,
            "median": rounded(self.median),
            "min": rounded(min(self.values)),
            "max": rounded(max(self.values)),
            "ceiling": self.ceiling,
            "ceiling_median": rounded(self.ceiling_median),
            "ratio": rounded(self.ratio),
        }


def rounded(value: float | None) -> float | None:
    """Four digits: more would be noise."""
    return None if value is None else float(f"{value:.4g}")


HEAD = ("name", "median", "min", "max", "unit", "ceiling", "ratio", "target")


def table(results: Sequence[Result]) -> str:
    rows = [HEAD, *(_cells(result) for result in results)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(_line(row, widths) for row in rows)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    name, *cells = (cell.rjust(width) for cell, width in zip(row, widths, strict=True))
    return "  ".join([name.strip().ljust(widths[0]), *cells]).rstrip()


def _cells(result: Result) -> tuple[str, ...]:
    target = f"{result.target}{'' if result.met else ' MISSED'}"
    figures = (result.median, min(result.values), max(result.values))
    ratio = "" if result.ratio is None else f"{result.ratio:.2f}"
    return result.name, *map(figure, figures), result.unit, figure(result.ceiling_median), ratio, target


def figure(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 1000 else f"{value:.4g}"
