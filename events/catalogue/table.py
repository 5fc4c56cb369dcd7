"""The catalogue as a table for people: `python -m events.catalogue.table` prints what docs/catalogue.md holds."""

import sys

from events.catalogue.read import PREFIX, CatalogueType, catalogue

HEAD = (
    "| type | what happened | data must have | owner | criticality | version |",
    "| --- | --- | --- | --- | --- | --- |",
)


def table() -> str:
    """A line for each type, in Markdown. Names without the prefix they all have."""
    return "\n".join([*HEAD, *map(_line, catalogue())])


def _line(one: CatalogueType) -> str:
    required = ", ".join(f"`{member}`" for member in one.schema["required"])
    name = one.name.removeprefix(f"{PREFIX}.")
    cells = (f"`{name}`", one.description, required, one.owner, one.criticality, one.version)
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.stdout.write(table() + "\n")
