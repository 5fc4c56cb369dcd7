"""An event as it may be stored, by what was found in it and what was decided about each finding."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

from events.envelope import CloudEvent
from events.envelope.attributes import check_attributes, is_json
from events.envelope.event import unchecked
from events.pii.detection.finding import Json
from events.pii.detection.kinds import Kind
from events.pii.policies.action import Action
from events.pii.policies.judged import Judged
from events.pii.protection.acts import Act, Names, counted
from events.pii.protection.attributes import Attributes, attributes_of, protected_extensions, pseudonymised
from events.pii.protection.data import ROOT, protected_bytes, protected_json, protected_text
from events.pii.protection.errors import NotLocatedError, PiiBlockedError
from events.pii.protection.replacing import Replacer
from events.pii.protection.spans import CORE, Span, in_data, merged, treatment
from events.pii.tokens import TenantKeys


class Protected(NamedTuple):
    """An event without what the policy removes, and what was done to it."""

    event: CloudEvent
    acts: tuple[Act, ...] = ()


@dataclass(slots=True)
class _Spans:
    """What is to be done, by pointer, in attributes by name; of each place apart and in order, once merged."""

    values: dict[str, list[Span]]
    names: dict[str, list[Span]]
    attributes: dict[str, list[Span]]
    attribute_names: dict[str, list[Span]]

    def merge(self) -> None:
        for group in (self.values, self.names, self.attributes, self.attribute_names):
            for path, found in group.items():
                group[path] = merged(found)


def protect(
    event: CloudEvent, judged: Iterable[Judged], keys: Callable[[], TenantKeys], tenant: str, parsed: Json = None
) -> Protected:
    """Do what was decided. `keys` is called at most once, and only if something needs one; what it raises is raised.

    `parsed` is the event's JSON data, where the caller has it: places are found faster then.
    Raises PiiBlockedError; NotLocatedError for findings of another event; EnvelopeError where a token does not fit
    into an attribute. What is not personal stays as it is, byte for byte.
    """
    judged = list(judged)
    if not judged:
        return Protected(event)
    spans, acts = _sorted_out(judged)
    replacer = Replacer(keys, tenant)
    attributes = _protected_attributes(event, spans, replacer)
    data = _protected_data(event, spans, replacer, parsed)
    return Protected(_made(event, attributes, data), acts)


def _told(judged: Iterable[Judged]) -> Callable[[str], str]:
    """Paths as they may be told: with `*` for each name that is personal itself."""
    return Names({each.finding.path: "*" for each in judged if each.finding.where == "key"}).told


def _blocked(judged: Sequence[Judged]) -> PiiBlockedError:
    told = _told(judged)
    blocked = [each.finding for each in judged if each.action is Action.BLOCK]
    return PiiBlockedError(
        counted((finding.shown or told(finding.path), finding.kind, Action.BLOCK) for finding in blocked)
    )


def _sorted_out(judged: Sequence[Judged]) -> tuple[_Spans, tuple[Act, ...]]:
    """All that something is to be done about, and all that is told of it. Raises PiiBlockedError."""
    values: dict[str, list[Span]] = {}
    spans = _Spans(values, {}, {}, {})
    done: list[tuple[str, Kind, Action]] = []
    told, crowded = None, False
    for finding, action, _ in judged:
        path, start, end, kind, where, _, wrapping, _, shown = finding
        if action is Action.BLOCK:
            raise _blocked(judged)
        if not shown:
            told = told or _told(judged)
            shown = told(path)
        if not in_data(path):
            group = spans.attribute_names if where == "key" else spans.attributes
            action, path = treatment(action, path), path[1:]
        else:
            group = spans.names if where == "key" else values
        done.append((shown, kind, action))
        if action is Action.LOG:
            continue
        span = Span(start, end, kind, action, wrapping)
        if path in group:
            group[path].append(span)
            crowded = True
        else:
            group[path] = [span]
    if crowded:
        spans.merge()
    return spans, counted(done)


def _protected_attributes(event: CloudEvent, spans: _Spans, replacer: Replacer) -> Attributes | None:
    """None if they stay as they are. Afterwards the replacer knows which event its tokens are for."""
    if not spans.attributes and not spans.attribute_names:
        replacer.bind(event.type, event.source, event.id)
        return None
    before = attributes_of(event)
    if not before.keys() >= spans.attributes.keys() | spans.attribute_names.keys():
        raise NotLocatedError
    after = pseudonymised(before, spans.attributes, replacer)
    replacer.bind(event.type, str(after["source"]), str(after["id"]))
    return protected_extensions(after, spans.attributes, spans.attribute_names, replacer)


def _protected_data(event: CloudEvent, spans: _Spans, replacer: Replacer, parsed: Json) -> str | bytes | None:
    data = event.data
    if not spans.values and not spans.names:
        return data
    if isinstance(data, str) and is_json(event.datacontenttype):
        return protected_json(data, spans.values, spans.names, replacer, parsed)
    whole = spans.values.get(ROOT)
    if data is None or whole is None or len(spans.values) > 1 or spans.names:
        raise NotLocatedError
    if isinstance(data, str):
        return protected_text(data, whole, replacer)
    return protected_bytes(data, whole, event.datacontenttype, replacer)


def _made(event: CloudEvent, attributes: Attributes | None, data: str | bytes | None) -> CloudEvent:
    if attributes is None:
        return unchecked(
            event.id,
            event.source,
            event.type,
            event.subject,
            event.time,
            event.datacontenttype,
            event.dataschema,
            event.extensions,
            data,
        )
    core: dict[str, Any] = {name: attributes.pop(name) for name in CORE}
    extensions: dict[str, Any] = attributes
    made = unchecked(**core, extensions=MappingProxyType(extensions), data=data)
    check_attributes(made)
    return made
