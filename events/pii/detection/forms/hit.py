"""What a form finds: a span of a page's joined text."""

from typing import NamedTuple

from events.pii.detection.kinds import Kind


class Hit(NamedTuple):
    start: int
    end: int
    kind: Kind


def hit_of(span: tuple[int, int], kind: Kind) -> Hit:
    return Hit(span[0], span[1], kind)
