"""A bound on what is told of one text: thousands of findings of a kind are one, of all of it."""

from collections.abc import Iterator

from events.pii.detection.forms.hit import Hit
from events.pii.detection.kinds import Kind
from events.pii.detection.reading.page import Page

# More of one kind in one text than this is not told one by one.
CROWD = 1000


def may_be_crowded(page: Page) -> bool:
    """No two of a kind begin at one character, so that there is nothing to count in most events."""
    return len(page.joined) > CROWD


def bounded(page: Page, hits: Iterator[Hit]) -> Iterator[Hit]:
    """Hits as they are found; once a text is crowded with a kind, all of it, and no more is looked for there."""
    counts: dict[tuple[int, Kind], int] = {}
    for hit in hits:
        yield hit
        start, _, kind = hit
        index = page.text_at(start)
        count = counts[index, kind] = counts.get((index, kind), 0) + 1
        if count > CROWD and index not in page.crowded.setdefault(kind, set()):
            page.crowded[kind].add(index)
            yield page.starts[index], page.starts[index] + len(page.texts[index]), kind
