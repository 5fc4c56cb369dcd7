"""Where a `$ref` leads: pointers, anchors and embedded resources of one document. Nothing is fetched."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote, urldefrag, urljoin

from events.schemas.compatibility.budget import UndecidedError
from events.schemas.documents.keywords import MAP

Json = Any
# What is under these is data or names, not schemas; members of an instance may be called so as well.
_DATA = frozenset({"const", "enum", "default", "examples", "required"})


class Target(NamedTuple):
    """A subschema, and the base URI around it, which its own `$id` may change."""

    schema: Json
    base: str


class References:
    """The resources and anchors of a document. `modern` is 2020-12, else draft-07."""

    def __init__(self, document: Json, modern: bool) -> None:
        self._modern = modern
        self._places: dict[str, Target | None] = {"": Target(document, "")}
        self._dynamic: dict[str, list[Target]] = {}
        # Whether anything refers to anything.
        self.refers = False
        self._index(document, "")

    def base_of(self, schema: Json, base: str) -> str:
        """The base URI inside a schema that stands where `base` is."""
        own = schema.get("$id") if isinstance(schema, dict) else None
        if not isinstance(own, str) or (not self._modern and "$ref" in schema):
            return base
        address = urldefrag(own).url
        return urljoin(base, address) if address else base

    def find(self, reference: str, base: str) -> Target:
        """Raises UndecidedError for what is not in the document."""
        address, fragment = urldefrag(urljoin(base, reference) if not reference.startswith("#") else base + reference)
        fragment = unquote(fragment)
        if fragment and not fragment.startswith("/"):
            return self._known(f"{address}#{fragment}")
        return self._follow(self._known(address), fragment)

    def dynamic(self, reference: str, base: str) -> Target:
        """The target of a `$dynamicRef`, where the dynamic scope cannot make a difference."""
        target = self.find(reference, base)
        anchor = unquote(urldefrag(reference).fragment)
        own = target.schema.get("$dynamicAnchor") if isinstance(target.schema, dict) else None
        if own is not None and own == anchor and len(self._dynamic.get(anchor, ())) > 1:
            raise UndecidedError("a $dynamicRef with several targets")
        return target

    def _known(self, address: str) -> Target:
        target = self._places.get(address)
        if target is None:
            raise UndecidedError("a reference out of the document, or to two places")
        return target

    def _follow(self, start: Target, pointer: str) -> Target:
        schema, base = start
        for token in pointer.split("/")[1:]:
            base = self.base_of(schema, base)
            schema = _step(schema, token.replace("~1", "/").replace("~0", "~"))
        return Target(schema, base)

    def _index(self, schema: Json, base: str) -> None:
        if isinstance(schema, list):
            for item in schema:
                self._index(item, base)
        elif isinstance(schema, dict):
            inner = self._note(schema, base)
            self.refers = self.refers or "$ref" in schema or "$dynamicRef" in schema
            for name, item in schema.items():
                if name in MAP and isinstance(item, dict):
                    self._index(list(item.values()), inner)
                elif name not in _DATA:
                    self._index(item, inner)

    def _note(self, schema: Mapping[str, Json], base: str) -> str:
        inner = self.base_of(schema, base)
        if inner != base:
            self._place(inner, Target(schema, base))
            if base and "$schema" in schema:
                raise UndecidedError("a resource of another draft inside")
        for anchor in self._anchors(schema):
            self._place(f"{inner}#{anchor}", Target(schema, base))
        if isinstance(schema.get("$dynamicAnchor"), str) and self._modern:
            self._dynamic.setdefault(schema["$dynamicAnchor"], []).append(Target(schema, base))
        return inner

    def _place(self, address: str, target: Target) -> None:
        # Two schemas of one name: which is meant differs between validators.
        known = self._places.setdefault(address, target)
        if known is not None and known.schema is not target.schema:
            self._places[address] = None

    def _anchors(self, schema: Mapping[str, Json]) -> Iterator[str]:
        if self._modern:
            yield from (schema[key] for key in ("$anchor", "$dynamicAnchor") if isinstance(schema.get(key), str))
        elif isinstance(schema.get("$id"), str):
            fragment = urldefrag(schema["$id"]).fragment
            if fragment:
                yield fragment


def _step(schema: Json, token: str) -> Json:
    try:
        return schema[int(token)] if isinstance(schema, list) else schema[token]
    except (KeyError, IndexError, ValueError, TypeError):
        raise UndecidedError("a reference to nothing") from None
