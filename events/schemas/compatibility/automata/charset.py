"""Sets of characters as sorted ranges of code points. Surrogates are no characters."""

from collections.abc import Iterable

Charset = tuple[tuple[int, int], ...]

EVERY: Charset = ((0, 0xD7FF), (0xE000, 0x10FFFF))
DIGIT: Charset = ((0x30, 0x39),)
WORD: Charset = ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A))
# White space and line ends of ECMA-262.
SPACE: Charset = (
    (0x09, 0x0D), (0x20, 0x20), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029),
    (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF),
)  # fmt: skip


def union(sets: Iterable[Charset]) -> Charset:
    joined: list[tuple[int, int]] = []
    for low, high in sorted(pair for charset in sets for pair in charset):
        if joined and low <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(high, joined[-1][1]))
        else:
            joined.append((low, high))
    return tuple(joined)


def complement(charset: Charset) -> Charset:
    """The characters that are not in a union."""
    left: list[tuple[int, int]] = []
    for low, high in EVERY:
        for first, last in charset:
            if first <= high and last >= low:
                left.append((low, first - 1))
                low = max(low, last + 1)
        left.append((low, high))
    return tuple((low, high) for low, high in left if low <= high)


def single(code: int) -> Charset:
    return ((code, code),)


def contains(charset: Charset, code: int) -> bool:
    return any(low <= code <= high for low, high in charset)


NOT_NEWLINE = complement(single(0x0A))
