"""Detection of personal data: pure, linear in the size of what it reads. docs/pii-detection.md tells what it finds."""

from events.pii.detection.detect import detect, quiet, scan_text
from events.pii.detection.finding import Examined, Finding
from events.pii.detection.kinds import Kind
from events.pii.detection.work import TooMuchError

__all__ = ["Examined", "Finding", "Kind", "TooMuchError", "detect", "quiet", "scan_text"]
