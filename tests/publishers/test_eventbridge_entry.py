"""CloudEvents as entries of PutEvents."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.envelope.event import unchecked
from routing.publishers.eventbridge.entry import Entry, NotMappableError, calls, detail_type_of, entry_of, source_of


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("/oms/main", "oms.main"),
        ("//oms//main/", "oms.main"),
        ("https://example.com/a/b", "example.com.a.b"),
        ("urn:example:x", "example%3Ax"),
        ("/a b/ü", "a%20b.%C3%BC"),
        ("/awsome/x", "awsome.x"),
    ],
)
def test_a_source_is_its_path_with_dots(source: str, expected: str) -> None:
    assert source_of(source) == expected


@pytest.mark.parametrize("source", ["/", "", "aws.s3", "/aws/s3", "/AWS.s3", "https://aws.s3"])
def test_a_source_that_is_empty_or_reserved_is_refused(source: str) -> None:
    """H27."""
    with pytest.raises(NotMappableError):
        source_of(source)


@pytest.mark.parametrize(
    ("type_", "expected"),
    [
        ("com.foundry.oms.objecttype.created", "Objecttype Created"),
        ("com.example.linkType.bulk_deleted", "LinkType Bulk_deleted"),
        ("ping", "Ping"),
        ("...", "..."),
        ("a." + "x" * 200, "A X" + "x" * 125),
    ],
)
def test_a_detail_type_is_the_last_two_words(type_: str, expected: str) -> None:
    assert detail_type_of(type_) == expected


def test_the_detail_holds_the_event_with_its_data_as_it_was_stored() -> None:
    extensions = {"branch": "main", "tenant": "t", "partitionkey": "k"}
    event = unchecked("1", "/s", "a.b", None, "2026-01-02T03:04:05Z", None, None, extensions, '{"n": 1.50,"s":"ü"}')

    entry = entry_of("dedup-1", event)

    detail = json.loads(entry.detail)
    assert '"data":{"n": 1.50,"s":"ü"}' in entry.detail
    assert detail["omsContext"] == {"branch": "main", "tenant": "t"}
    assert detail["eventBridgeMetadata"] == {"deduplicationId": "dedup-1", "mappingVersion": 1}
    assert entry.time == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(("time", "time_bytes"), [(None, 0), ("2026-01-02T03:04:05Z", 14)])
def test_the_size_is_what_aws_counts(time: str | None, time_bytes: int) -> None:
    """H23: bytes of UTF-8, not characters."""
    entry = entry_of("d", unchecked("1", "/ü", "é.ü", None, time, None, None, {}, '"日本"'))

    assert entry.size == time_bytes + sum(
        len(text.encode()) for text in (entry.source, entry.detail_type, entry.detail)
    )


def test_a_time_that_no_clock_here_can_tell_is_left_to_aws() -> None:
    assert (
        entry_of("d", unchecked("1", "/s", "t", None, "0001-01-01T00:00:00+23:00", None, None, {}, None)).time is None
    )


@given(st.lists(st.integers(1, 1000), max_size=60), st.integers(1, 10))
def test_calls_hold_every_entry_once_in_order_within_the_limits(sizes: list[int], most: int) -> None:
    entries = [(position, Entry("s", "t", "", None, size)) for position, size in enumerate(sizes)]

    packed = list(calls(entries, 1000, most))

    assert [entry for call in packed for entry in call] == entries
    assert all(1 <= len(call) <= most and sum(entry.size for _, entry in call) <= 1000 for call in packed)
