"""Where the references of a schema lead: always to a place inside the document, for nothing is ever fetched."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin

from events.envelope.json_text import escape
from events.schemas.documents.dialect import Dialect
from events.schemas.documents.errors import Problem
from events.schemas.documents.keywords import is_schema, subschemas
from events.schemas.documents.limits import MAX_VALUES

# What relative identifiers of a document without an absolute `$id` are resolved against. It names nothing.
HERE = "http://document.invalid/"
OUTSIDE = "refers outside the document, and nothing is fetched: copy what it refers to into $defs"
_INDEX = re.compile(r"0|[1-9][0-9]{0,4}")
REFERENCES = ("$ref", "$dynamicRef")


@dataclass(frozen=True, slots=True)
class Node:
    """A schema of the document: its place, and the resource (a schema with an `$id`, or the root) it belongs to."""

    place: str
    schema: Any
    base: str
    resource: str


@dataclass
class References:
    """Every schema of a document by its place, and the places that each refers to."""

    document: Any
    dialect: Dialect
    nodes: dict[str, Node] = field(default_factory=dict)
    targets: dict[str, list[str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    # Places that are schemas only because a reference leads there; the meta-schema does not look at them.
    elsewhere: list[str] = field(default_factory=list)
    resources: dict[str, str] = field(default_factory=dict)
    anchors: dict[tuple[str, str], str] = field(default_factory=dict)
    dynamic: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, document: Any, dialect: Dialect) -> "References":
        found = cls(document, dialect)
        found.resources[HERE] = ""
        found._walk(Node("", document, HERE, ""))
        waiting = list(found.nodes.values())
        while waiting:
            known = len(found.nodes)
            for node in waiting:
                found._follow(node)
            waiting = list(found.nodes.values())[known:]
        return found

    def _walk(self, root: Node) -> None:
        waiting = [root]
        while waiting:
            node = self._entered(waiting.pop())
            if node.place in self.nodes:
                continue
            self.nodes[node.place] = node
            waiting.extend(
                Node(node.place + path, schema, node.base, node.resource) for _, path, schema in subschemas(node.schema)
            )

    def _entered(self, node: Node) -> Node:
        """The node with what its own `$id` makes of it; its names are noted."""
        if not isinstance(node.schema, dict):
            return node
        identifier = node.schema.get("$id")
        if isinstance(identifier, str) and not (self.dialect is Dialect.DRAFT_7 and "$ref" in node.schema):
            node = self._identified(node, identifier)
        if self.dialect is not Dialect.DRAFT_7:
            self._note_anchors(node)
        return node

    def _identified(self, node: Node, identifier: str) -> Node:
        uri, fragment = urldefrag(identifier)
        if uri:
            base = joined(node.base, uri)
            self._note(self.resources, base, node.place, "$id")
            node = Node(node.place, node.schema, base, node.place)
        if fragment and self.dialect is Dialect.DRAFT_7:
            self._note(self.anchors, (node.base, fragment), node.place, "$id")
        return node

    def _note_anchors(self, node: Node) -> None:
        for keyword in ("$anchor", "$dynamicAnchor"):
            if isinstance(name := node.schema.get(keyword), str):
                self._note(self.anchors, (node.base, name), node.place, keyword)
                if keyword == "$dynamicAnchor":
                    self.dynamic.setdefault(name, []).append(node.place)

    def _note(self, names: dict[Any, str], name: Any, place: str, keyword: str) -> None:
        if names.setdefault(name, place) != place:
            self.problems.append(Problem(f"{place}/{keyword}", "names what another schema of the document is named"))

    def _follow(self, node: Node) -> None:
        if not isinstance(node.schema, dict):
            return
        for keyword in REFERENCES:
            reference = node.schema.get(keyword)
            if not isinstance(reference, str) or (keyword != "$ref" and self.dialect is Dialect.DRAFT_7):
                continue
            place = self._place(node, keyword, reference)
            if place is not None:
                self.targets.setdefault(node.place, []).extend(self._all_of(keyword, reference, place))

    def _all_of(self, keyword: str, reference: str, place: str) -> Iterator[str]:
        """A dynamic reference leads to each anchor of its name, by where it is met."""
        yield place
        if keyword == "$dynamicRef":
            yield from (other for other in self.dynamic.get(urldefrag(reference).fragment, ()) if other != place)

    def _place(self, node: Node, keyword: str, reference: str) -> str | None:
        uri, fragment = urldefrag(reference)
        base = joined(node.base, uri) if uri else node.base
        root = self.resources.get(base) if uri else node.resource
        where = f"{node.place}/{keyword}"
        if root is None:
            self.problems.append(Problem(where, OUTSIDE))
            return None
        place = self._in_resource(root, base, unquote(fragment))
        if place is None:
            self.problems.append(Problem(where, "leads to nothing, or to what is no schema"))
        return place

    def _in_resource(self, root: str, base: str, fragment: str) -> str | None:
        if not fragment:
            return root
        if not fragment.startswith("/"):
            return self.anchors.get((base, fragment))
        place = root + fragment
        if place not in self.nodes:
            schema = at(self.document, place)
            if not is_schema(schema):
                return None
            self.elsewhere.append(place)
            self._walk(Node(place, schema, base, root))
        return place


def joined(base: str, uri: str) -> str:
    try:
        return urldefrag(urljoin(base, uri)).url
    except ValueError:
        return uri


def unescape(token: str) -> str:
    return token.replace("~1", "/").replace("~0", "~")


def _index(token: str) -> int:
    """Beyond every array for what is no index, or one written in another way than the usual."""
    return int(token) if _INDEX.fullmatch(token) else MAX_VALUES


def at(document: Any, place: str) -> Any:
    """What is at a JSON Pointer; None if nothing is."""
    for token in place.split("/")[1:]:
        name = unescape(token)
        if isinstance(document, dict) and name in document and escape(name) == token:
            document = document[name]
        elif isinstance(document, list) and (index := _index(token)) < len(document):
            document = document[index]
        else:
            return None
    return document
