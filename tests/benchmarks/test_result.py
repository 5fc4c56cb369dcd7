"""The figures say what was measured."""

import pytest

from benchmarks.result import Result, table


def test_it_reports_median_and_extremes_beside_the_ceiling_of_the_same_runs() -> None:
    result = Result("relay/1-worker", "events/s", [900.0, 1000.0, 800.0], "bare", [2000.0, 1800.0, 1700.0])

    assert result.as_json() == {
        "name": "relay/1-worker",
        "unit": "events/s",
        "median": 900.0,
        "min": 800.0,
        "max": 1000.0,
        "ceiling": "bare",
        "ceiling_median": 1800.0,
        "ratio": 0.5,
    }


def test_it_has_no_ratio_without_a_ceiling() -> None:
    result = Result("latency/200/p50", "ms", [1.0, 3.0]).as_json()

    assert (result["ceiling"], result["ceiling_median"], result["ratio"]) == (None, None, None)


@pytest.mark.parametrize(
    ("values", "ceiling", "target", "met"),
    [
        ([50.0], [100.0], ">= 0.5", True),
        ([49.0], [100.0], ">= 0.5", False),
        ([5.0], [], "<= 5", True),
        ([6.0], [], "<= 5", False),
        ([6.0], [], "", True),
    ],
)
def test_it_says_when_a_target_is_missed(values: list[float], ceiling: list[float], target: str, met: bool) -> None:
    result = Result("name", "unit", values, "bare", ceiling, target)

    assert result.met is met
    assert ("MISSED" in table([result])) is not met
