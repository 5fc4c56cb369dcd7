"""What is found, in a form that is easy to compare."""

from typing import Any

from events.pii.detection import Examined, Finding, detect, scan_text


def spans(text: str, context: str = "") -> list[tuple[str, str]]:
    """Kind and text of each finding in a single string."""
    return [(finding.kind.value, text[finding.start : finding.end]) for finding in scan_text(text, context)]


def kinds(text: str, context: str = "") -> list[str]:
    return [finding.kind.value for finding in scan_text(text, context)]


def in_data(data: Any) -> list[Finding]:
    return detect(Examined(data))


def kinds_in(data: Any) -> list[str]:
    return [finding.kind.value for finding in in_data(data)]


def by_path(data: Any, **attributes: str) -> dict[str, str]:
    return {finding.path: finding.kind.value for finding in detect(Examined(data, attributes))}
