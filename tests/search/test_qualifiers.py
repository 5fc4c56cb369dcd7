"""What people type, read strictly; pure."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.search.qualifiers import MAX_TEXT, STATES, EventQuery, QueryError, parse_query

UUID_TEXT = "01932f3a-7c1e-7d3a-9b1c-0242ac120002"
PRINTED = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), min_size=1, max_size=60)
MOMENTS = st.one_of(
    st.integers(0, 3650 * 86_400).map(lambda seconds: timedelta(seconds=seconds)),
    st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)),  # noqa: DTZ001
)


def queries() -> st.SearchStrategy[EventQuery]:
    values: dict[str, st.SearchStrategy[Any]] = {
        **{name: PRINTED for name in ("type", "source", "subject", "rule", "tenant", "key", "error", "id")},
        "dest": st.from_regex(r"[-A-Za-z0-9_]{1,64}", fullmatch=True),
        "state": st.sampled_from(STATES),
        "table": st.integers(1, 2**31 - 1),
    }
    one_moment = st.one_of(st.fixed_dictionaries({"since": MOMENTS}), st.fixed_dictionaries({"until": MOMENTS}))
    rest = st.fixed_dictionaries({}, optional=values)
    return st.tuples(rest, st.one_of(st.just({}), one_moment)).map(lambda parts: EventQuery(**parts[0], **parts[1]))


@given(queries())
def test_a_query_written_as_text_is_read_as_the_same_query(query: EventQuery) -> None:
    assert parse_query(query.to_text()) == query


@given(st.text(max_size=200))
def test_any_text_is_a_query_or_an_error_with_its_word(text: str) -> None:
    try:
        query = parse_query(text)
    except QueryError as error:
        word, position = error.word, error.position
    else:
        word, position, text = "", 0, query.to_text()
        assert parse_query(text) == query

    assert position is not None
    assert text[position:].startswith(word.removesuffix("..."))


def test_every_qualifier_is_read() -> None:
    text = (
        'type:com.foundry.oms.* dest:nats state:dead since:1h until:2026-11-20T10:00Z source:/oms/main subject:"a b" '
        f"rule:catch-all table:7 tenant:acme key:order-1 id:{UUID_TEXT} error:too_large"
    )

    query = parse_query(text)

    assert query == EventQuery(
        type="com.foundry.oms.*", dest="nats", state="dead", since=timedelta(hours=1),
        until=datetime(2026, 11, 20, 10, tzinfo=UTC), source="/oms/main", subject="a b", rule="catch-all", table=7,
        tenant="acme", key="order-1", id=UUID_TEXT, error="too_large",
    )  # fmt: skip
    assert len(query.words()) == len(fields(EventQuery))


@pytest.mark.parametrize("text", ["", " ", "\t\n"])
def test_no_word_asks_for_anything(text: str) -> None:
    assert parse_query(text) == EventQuery()
    assert parse_query(text).to_text() == ""


@pytest.mark.parametrize("text", [UUID_TEXT, UUID_TEXT.replace("-", ""), UUID_TEXT.upper(), f"  {UUID_TEXT}\n"])
def test_a_pasted_uuid_is_an_id(text: str) -> None:
    assert parse_query(text).uuid == UUID(UUID_TEXT)


@pytest.mark.parametrize("text", ["order-4711", "id:urn:order:4711", '"two words"', UUID_TEXT[:-1], f"{UUID_TEXT}0"])
def test_any_other_bare_word_is_the_id_the_producer_gave(text: str) -> None:
    query = parse_query(text)

    assert query.id == text.removeprefix("id:").strip('"')
    assert query.uuid is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("90s", timedelta(seconds=90)),
        ("15m", timedelta(minutes=15)),
        ("7d", timedelta(days=7)),
        ("0s", timedelta(0)),
        ("2026-11-20T10:00:00Z", datetime(2026, 11, 20, 10, tzinfo=UTC)),
        ("2026-11-20t10:00:00.25z", datetime(2026, 11, 20, 10, 0, 0, 250_000, UTC)),
        ("2026-11-20T10:00+02:00", datetime(2026, 11, 20, 10, tzinfo=timezone(timedelta(hours=2)))),
    ],
)
def test_a_moment_is_an_age_or_a_time_with_its_offset(text: str, moment: object) -> None:
    assert parse_query(f"since:{text}").since == moment


def test_quotes_and_backslashes_can_be_written_in_quotes() -> None:
    assert parse_query(r'subject:"say \"a\\b\" : twice"').subject == r'say "a\b" : twice'


@pytest.mark.parametrize(
    ("text", "word", "position", "reason"),
    [
        ("type:a colour:red", "colour:red", 7, "'colour' is no qualifier; known are type, source"),
        ("urn:order:1", "urn:order:1", 0, "An id that has a colon is written id:"),
        (":x", ":x", 0, "'' is no qualifier"),
        ("type:a state:dead type:b", "type:b", 18, "type is given twice"),
        ("order-1 order-2", "order-2", 8, "a second id"),
        ("state:gone", "state:gone", 0, "one of pending, unrouted, dead"),
        ("dest:a.b", "dest:a.b", 0, "the name of a destination"),
        ("table:0", "table:0", 0, "a number from 1"),
        ("table:-1", "table:-1", 0, "a number from 1"),
        ("table:2147483648", "table:2147483648", 0, "a number from 1"),
        ("table:\N{ARABIC-INDIC DIGIT ONE}", "table:\N{ARABIC-INDIC DIGIT ONE}", 0, "a number from 1"),
        ("since:yesterday", "since:yesterday", 0, "how long ago (90s, 15m, 1h, 7d)"),
        ("since:2026-11-20T10:00", "since:2026-11-20T10:00", 0, "how long ago"),
        ("since:2026-13-20T10:00Z", "since:2026-13-20T10:00Z", 0, "how long ago"),
        ("since:99999d", "since:99999d", 0, "at most 3650d"),
        ("type:", "type:", 0, "has no value"),
        ('subject:""', 'subject:""', 0, "has no value"),
        ('subject:"a', 'subject:"a', 0, "a quote opens a value"),
        ('subject:"a"b', 'subject:"a"b', 0, "a quote opens a value"),
        ('say"hi"', 'say"hi"', 0, "a quote opens a value"),
        ("subject:a\0b", "subject:a\0b", 0, "control character"),
        ("subject:\x1b[31m", "subject:\x1b[31m", 0, "control character"),
        ("subject:\ud800", "subject:\ud800", 0, "control character"),
        ("since:1h until:2h", "until:2h", 9, "ends before since begins"),
        ("until:2026-01-01T00:00Z since:2026-02-01T00:00Z", "until:2026-01-01T00:00:00Z", 0, "ends before"),
    ],
)
def test_what_cannot_be_understood_is_named_with_its_place(text: str, word: str, position: int, reason: str) -> None:
    """H25."""
    with pytest.raises(QueryError) as caught:
        parse_query(text)

    assert (caught.value.word, caught.value.position) == (word, position)
    assert reason in caught.value.message


@pytest.mark.parametrize(("name", "limit"), [("type", 255), ("source", 1024), ("key", 256), ("id", 256)])
def test_no_value_is_longer_than_what_is_stored(name: str, limit: int) -> None:
    parse_query(f"{name}:{'x' * limit}")

    with pytest.raises(QueryError, match=f"at most {limit} characters"):
        parse_query(f"{name}:{'x' * (limit + 1)}")


def test_a_long_text_is_refused_and_not_quoted_whole() -> None:
    with pytest.raises(QueryError) as caught:
        parse_query("a" * (MAX_TEXT + 1))

    assert len(str(caught.value)) < 200
