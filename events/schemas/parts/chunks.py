"""Where a text is cut: behind lines that their own content and that of the lines before chooses.

An edit moves only the cuts next to it, so all other chunks of two versions are the same. Chunks are about as long as
makes a version with one edit smallest: a chunk is written again, and the root that names all of them.
"""

from collections import deque
from collections.abc import Iterator
from zlib import crc32

# In characters; a line that is longer is a chunk of its own or the end of one.
SHORTEST, LONGEST = 256, 4096
# Lines that decide about a cut behind them: enough to hold the name of a member, so that members of the same shape
# are not all cut or all kept.
DECIDING = 4
ONE_IN = 32


def chunks(text: str) -> Iterator[str]:
    """Pieces that make the text when joined; none is empty."""
    held: list[str] = []
    size = 0
    last: deque[str] = deque(maxlen=DECIDING)
    for line in _lines(text):
        held.append(line)
        size += len(line)
        last.append(line)
        if size >= LONGEST or (size >= SHORTEST and _is_cut(last)):
            yield "".join(held)
            held, size = [], 0
    if held:
        yield "".join(held)


def _lines(text: str) -> Iterator[str]:
    """Not `splitlines`: that knows other line breaks too, which strings may hold as they are."""
    *whole, rest = text.split("\n")
    for line in whole:
        yield f"{line}\n"
    if rest:
        yield rest


def _is_cut(lines: deque[str]) -> bool:
    return crc32("".join(lines).encode()) % ONE_IN == 0
