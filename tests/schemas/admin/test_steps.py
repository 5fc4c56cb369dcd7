"""The rows in which steps are edited are made by a script, which has to know every step there is."""

import re
from pathlib import Path

from events.schemas.evolution.casting import CASTS
from events.schemas.evolution.steps import READERS

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = (ROOT / "controlplane" / "static" / "controlplane" / "schemas_steps.js").read_text()


def test_it_offers_every_step() -> None:
    assert set(re.findall(r"^  (\w+): \{", SCRIPT, re.MULTILINE)) == set(READERS)


def test_it_offers_every_cast() -> None:
    [choices] = re.findall(r"choices: \[(.*?)\]", SCRIPT)

    assert re.findall(r'"(\w+)"', choices) == list(CASTS)
