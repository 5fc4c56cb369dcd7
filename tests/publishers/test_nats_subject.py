"""Subjects of the publisher kind `nats`."""

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.envelope.event import unchecked
from routing.publishers.nats.subject import TemplateError, compile_template, covers


def subject(template: str, *, type_: str = "com.example.x", subject: str | None = None, **extensions: str) -> str:
    event = unchecked("1", "/s", type_, subject, None, None, None, extensions, None)
    return compile_template(template).subject_of(event)


@pytest.mark.parametrize(
    ("template", "attributes", "expected"),
    [
        ("events.{type}", {}, "events.com.example.x"),
        ("events.{tenant}.{type}", {"tenant": "a.b c"}, "events.a%2Eb%20c.com.example.x"),
        ("events.{source}", {}, "events.%2Fs"),
        ("events.k-{partitionkey}.x", {"partitionkey": "ü>*"}, "events.k-%C3%BC%3E%2A.x"),
        ("events.{tenant}", {}, "events.%"),
        ("fixed.subject", {}, "fixed.subject"),
    ],
)
def test_it_fills_in_attributes(template: str, attributes: dict[str, str], expected: str) -> None:
    assert subject(template, **attributes) == expected


@pytest.mark.parametrize(
    "template",
    [
        "", ".", "events.", ".events", "events..{type}", "{type}", "{tenant}.x", "$JS.API.{type}", "_INBOX.{type}",
        "events.*", "events.>", "events.{type", "events.x{type}", "events.{Type}", "events. x", "events.{}", "ev\nts.x",
    ],
)  # fmt: skip
def test_it_refuses_templates_that_could_leave_their_place(template: str) -> None:
    """H27."""
    with pytest.raises(TemplateError):
        compile_template(template)


@pytest.mark.parametrize(
    ("template", "wildcard"),
    [
        ("events.{type}", "events.>"),
        ("events.{tenant}.{type}", "events.*.>"),
        ("events.{type}.{tenant}", "events.>"),
        ("events.x-{tenant}.end", "events.*.end"),
        ("events.all", "events.all"),
    ],
)
def test_its_wildcard_covers_what_it_can_produce(template: str, wildcard: str) -> None:
    assert compile_template(template).wildcard == wildcard


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_value_makes_a_subject_of_another_shape(type_: str, tenant: str) -> None:
    """H27: no wildcard, space or control character, no empty token, and always under the template's own words."""
    made = subject("events.{tenant}.{type}", type_=type_.encode(errors="ignore").decode(), tenant=encodable(tenant))

    tokens = made.split(".")
    assert made.isascii()
    assert made.isprintable()
    assert not set(made) & set(" *>$")
    assert all(tokens)
    assert covers("events.*.>", made)


@given(st.text(max_size=60))
def test_a_value_can_be_read_back(text: str) -> None:
    value = encodable(text)

    token = subject("events.{tenant}", tenant=value).removeprefix("events.")

    assert ("" if token == "%" else unquote(token)) == value


def encodable(text: str) -> str:
    """Without lone surrogates, which no event can hold."""
    return text.encode(errors="ignore").decode()


@pytest.mark.parametrize(
    ("pattern", "wanted", "expected"),
    [
        ("events.>", "events.a.b", True),
        ("events.>", "events", False),
        ("events.>", "events.*.>", True),
        ("events.*", "events.>", False),
        ("events.*", "events.a", True),
        ("events.*.b", "events.a.c", False),
        ("events.a", "events.*", False),
        (">", "anything.at.all", True),
    ],
)
def test_it_knows_what_a_stream_captures(pattern: str, wanted: str, expected: bool) -> None:
    assert covers(pattern, wanted) is expected
