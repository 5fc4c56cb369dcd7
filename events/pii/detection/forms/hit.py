"""What a form finds: where it begins and ends in a page's joined text, and its kind."""

from typing import TypeAlias

from events.pii.detection.kinds import Kind

Hit: TypeAlias = tuple[int, int, Kind]
