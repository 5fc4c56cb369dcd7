"""Regular expressions of a schema: only those that take linear time."""

import re
from collections.abc import Iterator
from typing import Any

import re2

from events.envelope.json_text import escape
from events.schemas.documents.errors import Problem

MAX_PATTERN = 4096
MAX_REPETITION = 1000

# An escape or a class is skipped as a whole, so that what is looked for is found only where it means something.
_TOKEN = re.compile(
    r"\\k<|\\[pPux]\{[^}]*\}|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]?|\(\?(?:<?[=!]|>|\()|[*+?}]\+|\{\d+(?:,\d*)?\}", re.DOTALL
)
_CONSTRUCTS = {
    "(?=": "a lookahead",
    "(?!": "a negative lookahead",
    "(?<=": "a lookbehind",
    "(?<!": "a negative lookbehind",
    "(?>": "an atomic group",
    "(?(": "a condition",
    "\\k<": "a backreference",
}
_UNICODE = re.compile(r"(?<!\\)((?:\\\\)*)\\u([0-9A-Fa-f]{4})")
_CONTROL = re.compile(r"(?<!\\)((?:\\\\)*)\\c([A-Za-z])")


def pattern_problems(schema: dict[str, Any], place: str) -> Iterator[Problem]:
    """Of the `pattern` and `patternProperties` directly in a schema."""
    for where, pattern in _patterns(schema):
        if wrong := not_linear(pattern):
            yield Problem(place + where, wrong)


def not_linear(pattern: str) -> str | None:
    """Why a pattern is refused, with the construct named; None if it is linear."""
    if len(pattern) > MAX_PATTERN:
        return f"a regular expression has at most {MAX_PATTERN:,} characters, this has {len(pattern):,}"
    found = next(filter(None, map(_construct, _TOKEN.findall(pattern))), None)
    if found:
        return f"a regular expression must be linear: {found} is not supported"
    try:
        compiled(pattern)
    except re2.error as error:
        return f"not a regular expression: {_reason(error)}"
    return None


def compiled(pattern: str) -> Any:
    """The pattern for RE2, which is where linear time is certain. Raises re2.error."""
    options = re2.Options()
    options.log_errors = False
    return re2.compile(as_re2(pattern), options)


def as_re2(pattern: str) -> str:
    """Write the escapes of ECMA 262 that RE2 does not know in its own way."""
    pattern = _UNICODE.sub(r"\1\\x{\2}", pattern)
    return _CONTROL.sub(lambda found: f"{found[1]}\\x{{{ord(found[2]) % 32:02x}}}", pattern)


def _patterns(schema: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if isinstance(schema.get("pattern"), str):
        yield "/pattern", schema["pattern"]
    if isinstance(named := schema.get("patternProperties"), dict):
        yield from ((f"/patternProperties/{escape(pattern)}", pattern) for pattern in named)


def _construct(piece: str) -> str | None:
    if piece[0] == "\\" and piece[1:].isdigit() and piece != "\\0":
        return "a backreference"
    if piece[0] == "{" and max(map(int, re.findall(r"\d+", piece)), default=0) > MAX_REPETITION:
        return f"a repetition of more than {MAX_REPETITION:,} times"
    if len(piece) == 2 and piece[1] == "+" and piece[0] in "*+?}":
        return "a possessive repetition"
    return _CONSTRUCTS.get(piece)


def _reason(error: Exception) -> str:
    reason = error.args[0] if error.args else "unknown"
    text = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
    # RE2 counts repetitions within each other together.
    return f"{text}, more than {MAX_REPETITION:,} repetitions" if "repetition size" in text else text
