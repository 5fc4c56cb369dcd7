"""The command `schemas`, as a person or another team's CI types it."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from events.models import SchemaVersion
from tests.controlplane.answer import Answer
from tests.schemas.registry import made


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def write(name: str, schema: Any) -> str:
        path = tmp_path / name
        path.write_text(schema if isinstance(schema, str) else json.dumps(schema))
        return str(path)

    return write


def test_a_schema_that_reads_all_old_events_is_good_enough(write: Any) -> None:
    answer = Answer("schemas", "check", write("old.json", made.ORDER), write("new.json", made.WIDER))

    assert answer.code == 0, answer.talk
    assert "new.json is backward_compatible with" in answer.text
    assert "Valid under" in answer.text


def test_one_that_does_not_is_not(write: Any) -> None:
    answer = Answer("schemas", "check", write("old.json", made.ORDER), write("new.json", made.OTHER))

    assert answer.code == 1
    assert "/order" in answer.text


@pytest.mark.parametrize(
    ("required", "new", "code"),
    [("compatible", made.WIDER, 1), ("compatible", made.SAME, 0), ("incompatible", made.OTHER, 0)],
)
def test_what_is_good_enough_can_be_said(write: Any, required: str, new: Any, code: int) -> None:
    files = [write("old.json", made.ORDER), write("new.json", new)]

    assert Answer("schemas", "check", *files, "--require", required).code == code


def test_the_answer_for_programs_is_that_of_the_api(write: Any) -> None:
    files = [write("old.json", made.ORDER), write("new.json", made.OTHER)]

    after, before = Answer("schemas", "check", *files, "--json"), Answer("schemas", "--json", "check", *files)

    assert set(after.json) == {"verdict", "backward", "forward", "decided", "changes", "counterexample"}
    assert after.json == before.json
    assert after.json["counterexample"]["valid_under"] == "old"


def test_the_policy_makes_the_difference(write: Any) -> None:
    more = {**made.ORDER, "properties": {**made.ORDER["properties"], "note": {"type": "string"}}}
    files = [write("old.json", more), write("new.json", made.ORDER)]

    assert Answer("schemas", "check", *files).code == 1
    assert Answer("schemas", "check", *files, "--policy", "lenient").code == 0


@pytest.mark.django_db
def test_a_file_is_compared_with_the_active_version_of_a_type(write: Any) -> None:
    of = made.event_type()
    made.active(of)

    good = Answer("schemas", "check", "--against", made.NAME, write("good.json", made.WIDER))
    bad = Answer("schemas", "check", "--against", made.NAME, write("bad.json", made.OTHER))

    assert (good.code, bad.code) == (0, 1)
    assert f"with {made.NAME} 1.0.0" in good.text


def test_a_schema_comes_from_stdin(write: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(json.dumps(made.WIDER).encode()))
    monkeypatch.setattr("sys.stdin", stdin)

    assert Answer("schemas", "check", write("old.json", made.ORDER), "-").code == 0


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ("{", "new.json#"),
        ({"properties": {"a": {"type": "objekt"}}}, "new.json#/properties/a/type"),
        ({"$ref": "file:///etc/passwd"}, "new.json#/$ref"),
        ('{"title": "\\u001b[31m', "new.json#"),
        ("[" * 100_000, "new.json#"),
    ],
)
def test_what_is_no_schema_is_told_with_file_and_place(write: Any, schema: Any, said: str) -> None:
    """H20, H24, H27."""
    answer = Answer("schemas", "check", write("old.json", {}), write("new.json", schema))

    assert (answer.code, answer.text) == (2, "")
    assert said in answer.talk
    assert answer.talk.isprintable() or "\n" in answer.talk


@pytest.mark.parametrize("words", [["a.json"], ["a", "b", "c"], ["/no/such/file", "/no/such/file"], ["/", "/"]])
def test_files_that_cannot_be_read_are_told(words: list[str]) -> None:
    answer = Answer("schemas", "check", *words)

    assert answer.code == 2
    assert answer.talk


@pytest.mark.django_db
def test_a_type_without_an_active_version_is_told(write: Any) -> None:
    answer = Answer("schemas", "check", "--against", made.NAME, write("new.json", {}))

    assert answer.code == 2
    assert "has no active version" in answer.talk


@pytest.mark.django_db
def test_the_registry_is_exported_and_imported(tmp_path: Path) -> None:
    of = made.event_type()
    made.active(of)
    made.draft(of, made.WIDER)

    exported = Answer("schemas", "export", str(tmp_path), "--json")
    SchemaVersion.objects.filter(status="draft").delete()
    imported = Answer("schemas", "import", str(tmp_path), "--json")
    again = Answer("schemas", "import", str(tmp_path))

    assert exported.json == {"types": 1, "versions": 2, "legacy_types": 0}
    assert imported.json == {"types unchanged": 1, "versions unchanged": 1, "versions created": 1, "refused": 0}
    assert (again.code, again.text.strip()) == (0, "1 types unchanged, 2 versions unchanged, 0 refused")
    assert made.NAME in imported.talk


@pytest.mark.django_db
def test_what_is_refused_is_told_and_makes_the_import_fail(tmp_path: Path) -> None:
    of = made.event_type()
    made.active(of)
    Answer("schemas", "export", str(tmp_path))
    (tmp_path / made.NAME / "1.0.0.json").write_text("false")

    answer = Answer("schemas", "import", str(tmp_path), "--json")

    assert (answer.code, answer.json["refused"]) == (1, 1)
    assert "1.0.0" in answer.talk


def test_a_folder_that_holds_no_export_is_told(tmp_path: Path) -> None:
    answer = Answer("schemas", "import", str(tmp_path))

    assert answer.code == 2
    assert "type.json" in answer.talk
