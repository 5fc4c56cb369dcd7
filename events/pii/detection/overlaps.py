"""Of findings that overlap, the one that covers most stands for all."""

from bisect import bisect_left, insort
from collections.abc import Iterable
from typing import NamedTuple, TypeAlias

from events.pii.detection.finding import By
from events.pii.detection.kinds import Kind

# Of findings of the same span: secrets first, what is called one before what is assigned to such a name; then what has
# a check digit or a fixed form, then what words speak for.
_SECRET = (
    Kind.PRIVATE_KEY,
    Kind.CREDENTIAL,
    Kind.AWS_SECRET_KEY,
    Kind.AWS_ACCESS_KEY,
    Kind.JWT,
    Kind.API_TOKEN,
    Kind.URL_CREDENTIALS,
    Kind.CARD_SECURITY,
)
_EXACT = (Kind.IBAN, Kind.CREDIT_CARD, Kind.US_SSN, Kind.EMAIL, Kind.MAC, Kind.IPV6, Kind.IPV4)
_RANKED = (*_SECRET, *_EXACT, Kind.PASSPORT, Kind.BANK_ACCOUNT, Kind.DATE_OF_BIRTH, Kind.PHONE)
_RANK = {kind: rank for rank, kind in enumerate(_RANKED)}
_NAMED_RANK = len(_RANKED)
# What is longer is a text that is crowded, a key block or the like.
_LONGEST_FORM = 100


Candidate: TypeAlias = tuple[int, int, Kind, By, tuple[str, ...]]
"""A span of the string at one place, what it is, what says so and what it was unwrapped from."""


class Located(NamedTuple):
    """A candidate; `also` are kinds of what else it stands for."""

    start: int
    end: int
    kind: Kind
    by: By
    wrapping: tuple[str, ...]
    also: frozenset[Kind] = frozenset()

    @property
    def rank(self) -> tuple[int, int, int, str]:
        # A name is weaker than a form, except that what is called a secret is one.
        by_name = self.by == "name" and self.kind not in _SECRET
        return (
            self.start - self.end,
            _NAMED_RANK if by_name else _RANK.get(self.kind, _NAMED_RANK),
            len(self.wrapping),
            self.kind,
        )


def resolved(candidates: Iterable[Candidate]) -> list[Located]:
    """Findings of one place that do not overlap, in order."""
    kept: list[tuple[int, int]] = []
    ranked = sorted([Located(*candidate) for candidate in candidates], key=lambda located: located.rank)
    for number, one in enumerate(ranked):
        around = _overlapping(kept, ranked, one)
        if around is None:
            insort(kept, (one.start, number))
        elif ranked[around].kind is not one.kind and not _is_of_one_form(ranked[around], one):
            ranked[around] = ranked[around]._replace(also=ranked[around].also | {one.kind})
    return [ranked[number] for _, number in kept]


def _is_of_one_form(around: Located, one: Located) -> bool:
    """Whether one only looks like something since it is a part of another: digits of an IBAN that could be a card."""
    if around.by != "value" or one.by != "value" or around.wrapping != one.wrapping:
        return False
    length = around.end - around.start
    return one.end - one.start < length <= _LONGEST_FORM


def _overlapping(kept: list[tuple[int, int]], ranked: list[Located], one: Located) -> int | None:
    """Which one is kept and shares a character; what is kept is as long or longer."""
    after = bisect_left(kept, (one.end, -1))
    if after and ranked[kept[after - 1][1]].end > one.start:
        return kept[after - 1][1]
    return None
