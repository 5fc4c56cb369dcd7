import pytest

from events.schemas.documents.dialect import Dialect, dialect_of
from events.schemas.documents.errors import SchemaError

OLD, NEW = Dialect.DRAFT_7, Dialect.DRAFT_2020_12


@pytest.mark.parametrize(
    ("uri", "dialect"),
    [
        ("http://json-schema.org/draft-07/schema#", OLD),
        ("http://json-schema.org/draft-07/schema", OLD),
        ("https://json-schema.org/draft-07/schema#", OLD),
        ("https://json-schema.org/draft/2020-12/schema", NEW),
        ("http://json-schema.org/draft/2020-12/schema#", NEW),
    ],
)
def test_it_takes_the_draft_that_schema_names(uri: str, dialect: Dialect) -> None:
    assert dialect_of({"$schema": uri, "prefixItems": [], "dependencies": {}}) is dialect


@pytest.mark.parametrize(
    "uri", ["https://json-schema.org/draft/2019-09/schema", "http://example.com/meta", "", None, 3, {"$ref": "#"}]
)
def test_it_refuses_another_meta_schema_with_its_place(uri: object) -> None:
    with pytest.raises(SchemaError) as raised:
        dialect_of({"$schema": uri})

    assert raised.value.problems[0].place == "/$schema"
    assert "draft-07" in raised.value.problems[0].message


@pytest.mark.parametrize(
    ("schema", "dialect"),
    [
        ({"items": [{}]}, OLD),
        ({"properties": {"a": {"additionalItems": False}}}, OLD),
        ({"allOf": [{"dependencies": {"a": ["b"]}}]}, OLD),
        ({"definitions": {"a": {}}}, OLD),
        ({"definitions": {"a": {}}, "$defs": {}}, NEW),
        ({"prefixItems": [{}]}, NEW),
        ({"not": {"dependentRequired": {}}}, NEW),
        ({"$defs": {"a": {"unevaluatedProperties": False}}}, NEW),
        ({"type": "object"}, NEW),
        (True, NEW),
    ],
)
def test_without_schema_the_keywords_tell_the_draft(schema: object, dialect: Dialect) -> None:
    assert dialect_of(schema) is dialect


def test_it_asks_which_draft_where_the_keywords_are_of_both() -> None:
    with pytest.raises(SchemaError, match=r"say which draft by \$schema"):
        dialect_of({"prefixItems": [{}], "additionalItems": False})


def test_names_of_members_and_values_tell_no_draft() -> None:
    schema = {"properties": {"dependencies": {"enum": [{"additionalItems": 1}]}}, "default": {"definitions": {}}}

    assert dialect_of(schema) is NEW
