"""Names in objects that are personal: what they become."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from events.pii.protection.acts import Names
from events.pii.protection.errors import NotLocatedError
from events.pii.protection.json_places import keys_of
from events.pii.protection.literals import edited
from events.pii.protection.replacing import Replacer
from events.pii.protection.spans import Span
from events.pii.protection.strings import string_edits


def place_of_name(parent: str) -> str:
    """What the token for a name is bound to: the object that it is a name in. No value has such a path."""
    return f"#{parent}"


def renamed(text: str, found: Mapping[str, Sequence[Span]], replacer: Replacer) -> dict[str, str]:
    """The new names, by the pointers of the old ones. Parents come before what is in them. Raises NotLocatedError."""
    names: dict[str, str] = {}
    objects: dict[str, _Taken] = {}
    document = json.loads(text)
    for pointer in sorted(found):
        parent = pointer.rpartition("/")[0]
        if parent not in objects:
            objects[parent] = _Taken(_names_in(document, parent))
        name = keys_of(pointer)[-1]
        edits = string_edits(name, found[pointer], place_of_name(Names(names).told(parent)), replacer)
        if edits:
            names[pointer] = objects[parent].unused(edited(name, edits))
    return names


def _names_in(document: Any, parent: str) -> set[str]:
    try:
        for key in keys_of(parent)[1:]:
            document = document[int(key) if isinstance(document, list) else key]
    except (KeyError, IndexError, ValueError, TypeError):
        raise NotLocatedError from None
    if not isinstance(document, dict):
        raise NotLocatedError
    return set(document)


class _Taken:
    """The names in one object."""

    def __init__(self, names: set[str]) -> None:
        self._names = names
        self._last: Counter[str] = Counter()

    def unused(self, name: str) -> str:
        """Two values may have one pseudonym or mark: the second is `_2`, as no object has a name twice."""
        free = name
        while free in self._names:
            self._last[name] += 1
            free = f"{name}_{self._last[name] + 1}"
        self._names.add(free)
        return free
