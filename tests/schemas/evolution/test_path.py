from collections.abc import Mapping
from typing import Any

from events.schemas.evolution.path import shortest_path

Ways = Mapping[str, Any]


def test_it_takes_the_fewest_edges() -> None:
    edges: Ways = {"1": [("2", []), ("3", [])], "2": [("4", [])], "3": [("2", [])]}

    assert shortest_path(edges, "1", "4") == ["1", "2", "4"]


def test_it_goes_down_as_well_as_up() -> None:
    edges: Ways = {"1": {"2": []}, "2": {"1": [], "3": []}, "3": {"2": []}}

    assert shortest_path(edges, "3", "1") == ["3", "2", "1"]


def test_a_version_reaches_itself_without_a_step() -> None:
    assert shortest_path({}, "1", "1") == ["1"]


def test_where_no_way_leads_there_is_none() -> None:
    edges: Ways = {"1": [("2", [])], "2": [("1", [])]}

    assert shortest_path(edges, "1", "3") is None
    assert shortest_path({"2": [("1", [])]}, "1", "2") is None


def test_a_long_history_is_no_matter() -> None:
    edges: Mapping[int, list[tuple[int, list[object]]]] = {n: [(n + 1, []), (n - 1, [])] for n in range(5_000)}

    assert shortest_path(edges, 0, 4_999) == list(range(5_000))
