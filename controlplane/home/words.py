"""Numbers as people read them. Pure."""


def counted(number: int, one: str, many: str = "") -> str:
    """`1 dead letter`, `1,200 dead letters`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def rate(per_second: float) -> str:
    """To three digits at the most: `0`, `0.05`, `12.3`, `1,234`."""
    if per_second >= 100:
        return f"{per_second:,.0f}"
    return f"{per_second:.1f}" if per_second >= 10 else f"{per_second:.2f}".rstrip("0").rstrip(".")


def share(part: float | None) -> str:
    """A percentage that says 100 only if it is: `99.9 %`; a dash where nothing was settled."""
    if part is None:
        return "–"  # noqa: RUF001
    percent = 100 * part
    return "100 %" if percent == 100 else f"{min(percent, 99.9):.1f} %"
