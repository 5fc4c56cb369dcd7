"""A CloudEvents `time` as an instant."""

from datetime import UTC, datetime


def instant(time: str) -> datetime:
    """The instant of a valid `time`, in UTC, as near as a datetime can tell it.

    Digits beyond microseconds are cut, a leap second is the one before it, an offset does not lead out of the years
    1 to 9999.
    """
    text = time.upper()
    if text[17:19] == "60":
        text = f"{text[:17]}59{text[19:]}"
    local = datetime.fromisoformat(text)
    try:
        return local.astimezone(UTC)
    except OverflowError:
        return local.replace(tzinfo=UTC)
