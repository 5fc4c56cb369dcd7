"""The seed decides everything that a run does to the product."""

from benchmarks.chaos.faults import FAULTS
from benchmarks.chaos.schedule import FIRST_SECONDS, schedule

NAMES = ["a", "b", "c", "d"]


def test_the_same_seed_makes_the_same_schedule_and_another_seed_another() -> None:
    assert schedule(7, 60, NAMES) == schedule(7, 60, list(reversed(NAMES)))
    assert schedule(7, 60, NAMES) != schedule(8, 60, NAMES)


def test_every_fault_comes_once_before_any_comes_again() -> None:
    names = [step.fault for step in schedule(3, 60, NAMES)]

    assert len(names) > 12
    for start in range(0, 12, 4):
        assert sorted(names[start : start + 4]) == NAMES


def test_faults_begin_after_the_load_and_end_before_it() -> None:
    moments = [step.at for step in schedule(3, 20, NAMES)]

    assert moments[0] == FIRST_SECONDS
    assert moments == sorted(moments)
    assert moments[-1] < 20


def test_every_labelled_step_can_be_killed_and_paused_at() -> None:
    for step in ("claim", "publish", "ack", "settle"):
        assert {f"kill -9 at {step}", f"pause past the lease at {step}"} <= FAULTS.keys()
