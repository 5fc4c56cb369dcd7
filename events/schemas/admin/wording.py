"""Statuses, verdicts and steps in words. Pure."""

from collections.abc import Mapping

VERDICTS: Mapping[str, str] = {
    "compatible": "Each reads every event of the other.",
    "backward_compatible": "It reads every event of its ancestor; its ancestor does not read all of its own.",
    "migration_required": "Events of its ancestor fit it after a migration.",
    "incompatible": "Events of its ancestor need not fit it, and no migration makes them.",
}
UNDECIDED = "It could not be decided within the budget, and unsure is never compatible."
STEPS: Mapping[str, str] = {"compatible": "patch", "backward_compatible": "minor"}


def verdict_word(verdict: str) -> str:
    return verdict.replace("_", " ")


def verdict_meaning(verdict: str, decided: bool) -> str:
    return VERDICTS.get(verdict, "") if decided else UNDECIDED


def step_of(verdict: str) -> str:
    """Which part of the number has to go up at least."""
    return STEPS.get(verdict, "major")


def first_line(text: str, characters: int = 160) -> str:
    line = text.strip().partition("\n")[0]
    return line if len(line) <= characters else f"{line[: characters - 1]}…"
