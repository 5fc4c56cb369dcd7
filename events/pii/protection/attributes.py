"""Context attributes with what is personal replaced.

What tells events apart and keeps their order stays one to one: it gets a pseudonym where the policy says encrypt or
redact, since a token would be another one each time, and a mark the same one for all.
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from events.envelope import CloudEvent, Extension
from events.envelope.attributes import (
    MAX_ID_BYTES,
    MAX_PARTITIONKEY_BYTES,
    MAX_SOURCE_BYTES,
    MAX_SUBJECT_BYTES,
    is_uri_reference,
)
from events.envelope.serialise import canonical
from events.pii.policies.action import Action
from events.pii.protection.literals import edited
from events.pii.protection.replacing import Replacer
from events.pii.protection.spans import CORE, IDENTITY, Span, strictest
from events.pii.protection.strings import string_edits

LIMITS = {
    "id": MAX_ID_BYTES,
    "source": MAX_SOURCE_BYTES,
    "subject": MAX_SUBJECT_BYTES,
    "partitionkey": MAX_PARTITIONKEY_BYTES,
}
Attributes: TypeAlias = dict[str, Extension | None]
Spans: TypeAlias = Mapping[str, Sequence[Span]]


def attributes_of(event: CloudEvent) -> Attributes:
    return {**{name: getattr(event, name) for name in CORE}, **event.extensions}


def pseudonymised(attributes: Attributes, found: Spans, replacer: Replacer) -> Attributes:
    """All but extensions, and the partition key: those that make up what an event is."""
    result = dict(attributes)
    for name, spans in found.items():
        value = attributes.get(name)
        if name in IDENTITY and value is not None:
            result[name] = _pseudonymised(name, canonical(value), spans, replacer)
    return result


def _pseudonymised(name: str, value: str, spans: Sequence[Span], replacer: Replacer) -> str:
    spans = [_without_brackets(value, span) for span in spans]
    result = edited(value, string_edits(value, spans, f"/{name}", replacer))
    return result if _fits(name, result) else replacer.pseudonym(value, name, exact=True)


def _without_brackets(value: str, span: Span) -> Span:
    """An IPv6 address in a URI stands in brackets, where nothing but one may stand."""
    if value[span.start - 1 : span.start] == "[" and value[span.end : span.end + 1] == "]":
        return span._replace(start=span.start - 1, end=span.end + 1)
    return span


def _fits(name: str, value: str) -> bool:
    if len(value.encode()) > LIMITS.get(name, len(value.encode())):
        return False
    return name != "source" or is_uri_reference(value)


def protected_extensions(attributes: Attributes, values: Spans, names: Spans, replacer: Replacer) -> Attributes:
    """With the other extensions done, and those renamed whose names are personal."""
    result: Attributes = {}
    for name, value in attributes.items():
        new_name = _new_name(name, names.get(name, ()), replacer)
        if name in values and name not in IDENTITY and value is not None:
            value = _extension(value, values[name], f"/{new_name}", replacer)
        result[new_name] = value
    return result


def _extension(value: Extension, spans: Sequence[Span], path: str, replacer: Replacer) -> Extension:
    if isinstance(value, str):
        return edited(value, string_edits(value, spans, path, replacer))
    span = strictest(spans)
    return (
        value
        if span.action is Action.LOG
        else replacer.replaced(canonical(value), span.kind, span.action, path, "number")
    )


def _new_name(name: str, spans: Sequence[Span], replacer: Replacer) -> str:
    """Names of attributes are letters and digits: all of one becomes a pseudonym of these."""
    return replacer.bare_pseudonym(name, spans[0].kind) if spans and name not in IDENTITY else name
