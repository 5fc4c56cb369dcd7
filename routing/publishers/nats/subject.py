"""Subjects from a template such as `events.{type}`: no event can name a wildcard, a space or another's subject.

Encoding, reversible: the value's UTF-8 bytes, those other than `A-Z a-z 0-9 - _ ~` as `%XX`. In `{type}` dots separate
tokens, anywhere else a dot is `%2E`. A token that would be empty is a single `%`, which no encoded value can be; so is
an attribute the event does not have. The template's first token is literal, which keeps events out of `$JS`, `$SYS`
and inboxes.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from events.envelope.event import CloudEvent

# A line of the protocol holds 4,096 bytes by default, and the server hangs up on a longer one.
MAX_SUBJECT_BYTES = 2048

PLACEHOLDER = re.compile(r"\{([a-z0-9]+)\}")
LITERAL = re.compile(r"[A-Za-z0-9_~-]*")
EMPTY_TOKEN = "%"  # noqa: S105 -- a token of a subject
FORBIDDEN_ROOTS = ("_INBOX", "_R_", "_GR_")


class TemplateError(ValueError):
    """A subject template that could name something it must not; says which part."""


def encode_token(value: str) -> str:
    return quote(value, safe="").replace(".", "%2E") or EMPTY_TOKEN


def encode_type(value: str) -> str:
    return ".".join(map(encode_token, value.split(".")))


def attribute(event: CloudEvent, name: str) -> str:
    """An attribute or extension as text; "" if the event has none of that name."""
    if name in ("type", "source", "subject", "id"):
        return getattr(event, name) or ""
    value = event.extensions.get(name, "")
    return str(value).lower() if isinstance(value, bool) else str(value)


@dataclass(frozen=True)
class SubjectTemplate:
    """A compiled template: `subject_of` an event, and the `wildcard` that covers all it can produce."""

    parts: tuple[str, ...]
    wildcard: str
    subject_of: Callable[[CloudEvent], str]


def compile_template(template: str) -> SubjectTemplate:
    """Raises TemplateError for what could leave its place: wildcards, empty tokens, a first token not literal."""
    tokens = template.split(".")
    for index, token in enumerate(tokens):
        _check_token(token, first=index == 0)
    parts = tuple(PLACEHOLDER.split(template))
    return SubjectTemplate(parts, _wildcard(tokens), _renderer(parts))


def _check_token(token: str, *, first: bool) -> None:
    if not token:
        raise TemplateError("has an empty token")
    if not LITERAL.fullmatch(PLACEHOLDER.sub("", token)):
        raise TemplateError("may hold letters, digits, `-`, `_`, `~`, dots and {attribute}")
    if "{type}" in token and len(token) > len("{type}"):
        raise TemplateError("must have {type} between dots, because a type has dots itself")
    if first and (PLACEHOLDER.search(token) or token in FORBIDDEN_ROOTS):
        raise TemplateError("must begin with a word of its own, such as `events.`")


def _wildcard(tokens: list[str]) -> str:
    """`events.{tenant}.{type}` is covered by `events.*.>`; a type has any number of tokens, so it ends the pattern."""
    covered: list[str] = []
    for token in tokens:
        if token == "{type}":  # noqa: S105 -- a token of a subject
            return ".".join([*covered, ">"])
        covered.append("*" if PLACEHOLDER.search(token) else token)
    return ".".join(covered)


def _renderer(parts: tuple[str, ...]) -> Callable[[CloudEvent], str]:
    if parts[1:] == ("type", ""):
        prefix = parts[0]
        of_type = lru_cache(4096)(lambda type_: prefix + encode_type(type_))
        return lambda event: of_type(event.type)
    names = parts[1::2]
    render = lru_cache(4096)(lambda *values: _render(parts, values))
    return lambda event: render(*[attribute(event, name) for name in names])


def _render(parts: tuple[str, ...], values: tuple[str, ...]) -> str:
    rendered = list(parts)
    for index, value in enumerate(values):
        position = 2 * index + 1
        rendered[position] = encode_type(value) if parts[position] == "type" else encode_token(value)
    return "".join(rendered)


def covers(pattern: str, subject: str) -> bool:
    """Whether every subject that `subject` stands for (it may hold wildcards itself) matches `pattern`."""
    wanted, given = pattern.split("."), subject.split(".")
    for index, token in enumerate(wanted):
        if token == ">":  # noqa: S105 -- a wildcard
            return index < len(given)
        if index >= len(given) or given[index] == ">" or (token not in ("*", given[index])):
            return False
    return len(wanted) == len(given)


def covered(patterns: Iterable[str], subject: str) -> bool:
    return any(covers(pattern, subject) for pattern in patterns)
