"""The name of a field, understood: `customerEmail`, `customer_email`, `CUSTOMER-EMAIL` and `customer.email` are one."""

from dataclasses import dataclass, replace
from typing import Any

import re2

from events.pii.detection.kinds import Kind
from events.pii.detection.names.hints import hints_of
from events.pii.detection.names.things import MEASURES, OWN, THINGS
from events.pii.detection.names.vocabulary import ENDING_KINDS, MEANS_NOTHING, TOGETHER, WHOLE_KINDS
from events.pii.detection.reading.folding import fold

MAX_NAME = 80
MAX_WORDS = 5

# `firstName`, `SSNNumber`: where a word ends and the next begins with a capital.
_CAPITAL = re2.compile(r"([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])")
_SPACED = {code: " " for code in range(128) if not chr(code).isalnum()}
# What a name in an object says only together with the name of the object: `name.first`, `card.number`.
_PARTS_WORDS = (
    "first last middle given family full line line1 line2 number no num street code date of value expiry "
    "cvc cvv pin address key secret token id"
)
_PARTS = frozenset(_PARTS_WORDS.split())
_FULL_NAMES = (["full", "name"], ["full", "names"])


@dataclass(frozen=True, slots=True)
class Name:
    """What a name says: the kind of whatever stands there, and what it hints at."""

    kind: Kind | None = None
    hints: int = 0
    words: tuple[str, ...] = ()
    # Whether the name itself must be looked at, since something personal may stand in it.
    looked_at: bool = False
    # Whether it says more, or nothing, together with the name of the object it is in.
    is_part: bool = False
    # Whether an object of this name is no person, so that its `name` is nobody's.
    is_thing: bool = False


PLAIN = Name()
"""A name that says nothing."""


def understood(name: str) -> Name:
    """The meaning of a name."""
    if len(name) > MAX_NAME:
        return PLAIN
    words = words_of(name)
    together = "".join(words)
    is_part = together in _PARTS or together in OWN
    meant = Name(_kind(words), hints_of(words), tuple(words), is_part=is_part, is_thing=_is_thing(words))
    return meant if meant.kind or meant.hints or meant.is_part or meant.is_thing else PLAIN


def combined(above: Name, name: Name) -> Name:
    """The meaning of a name that is a part, together with the name of the object it stands in."""
    if "".join(name.words) in OWN:
        return PLAIN if above.is_thing else name
    kind = _kind([*above.words, *name.words], whole=False)
    # The `id` of telephone numbers is a record's, and neither a number nor an `idToken`.
    if kind is None and name.words != ("id",):
        kind = _kind([*name.words, *above.words], whole=False)
    return replace(name, kind=kind or name.kind)


def words_of(name: str) -> list[str]:
    """The words of a name in small letters; digits at its end are left out."""
    # Disguised names and those with accents are read as what they look like.
    name = name if name.isascii() else fold(name)
    spaced = name.translate(_SPACED)
    if not (name.islower() or name.isupper()):
        spaced = _CAPITAL.sub(_parted, spaced)
    words = spaced.lower().split()
    while len(words) > 1 and words[-1].isdigit():
        words.pop()
    return [word.rstrip("0123456789") or word for word in words]


def _parted(found: Any) -> str:
    before, after, acronym, word = found.groups()
    return f"{before} {after}" if before else f"{acronym} {word}"


def _is_thing(words: list[str]) -> bool:
    """By its last word: `head_repository`, `labels`."""
    last = words[-1] if words else ""
    return not THINGS.isdisjoint({last, last.removesuffix("s"), last.removesuffix("es"), last.replace("ies", "y")})


def _kind(words: list[str], whole: bool = True) -> Kind | None:
    together = "".join(words)
    if together in MEANS_NOTHING or (len(words) > 1 and words[0] in MEASURES):
        return None
    if words[-2:] in _FULL_NAMES and _is_thing(words[:-2]):
        return None
    if whole and together in WHOLE_KINDS:
        return WHOLE_KINDS[together]
    for count in range(min(MAX_WORDS, len(words)), 0, -1):
        ending = "".join(words[-count:])
        kind = ENDING_KINDS.get(ending) or ENDING_KINDS.get(ending.removesuffix("s"))
        if kind:
            return kind
    if whole and together.endswith(TOGETHER):
        return next(ENDING_KINDS[end] for end in TOGETHER if together.endswith(end))
    return None
