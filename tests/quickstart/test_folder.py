import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from controlplane.quickstart.errors import QuickstartError
from controlplane.quickstart.folder import Folder, write_private
from controlplane.quickstart.output import Output


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    folder = Folder(tmp_path / ".quickstart")
    folder.open()
    yield folder
    folder.close()


def test_two_demos_cannot_share_it(folder: Folder) -> None:
    with pytest.raises(QuickstartError, match="running already"):
        Folder(folder.root).open()

    assert folder.root.exists()


def test_the_next_demo_can_have_it_when_this_one_has_ended(folder: Folder) -> None:
    folder.close()

    folder.open()

    assert folder.recall() == {}


def test_the_last_runs_services_are_gone_before_this_run_is_ready(folder: Folder, tmp_path: Path) -> None:
    other = Folder(tmp_path / "other")
    other.root.mkdir()
    other.services.write_text("{}")

    other.open()
    other.close()

    assert not other.services.exists()


def test_the_secret_key_is_made_once(folder: Folder) -> None:
    key = folder.secret_key()

    assert len(key) >= 50
    assert Folder(folder.root).secret_key() == key


def test_what_it_remembers_is_added_up(folder: Folder) -> None:
    folder.remember(api_key="one", nats="two")
    folder.remember(nats="three")

    assert folder.recall() == {"api_key": "one", "nats": "three"}


def test_a_damaged_memory_is_an_empty_one(folder: Folder) -> None:
    (folder.root / "memory.json").write_text('{"api_key": "o')

    assert folder.recall() == {}


def test_a_private_file_is_private_whatever_was_there(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    path.touch(mode=0o644)

    write_private(path, "{}")

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text() == "{}\n"


def test_lines_of_children_come_after_the_banner_and_bear_their_name() -> None:
    written: list[str] = []
    output = Output(written.append)

    output.sink("web")("started \x1b[31mred\x1b[0m")
    output.say("banner")
    output.release()
    output.sink("beat")("later")

    assert written == ["banner\n", "web       | started red\n", "beat      | later\n"]


def test_the_pulse_of_the_schedule_is_not_printed() -> None:
    written: list[str] = []
    output = Output(written.append)
    output.release()

    output.sink("beat")(
        "[2026-11-21 02:53:18: INFO/MainProcess] Scheduler: Sending due task drain (routing.tasks.drain)"
    )
    output.sink("relay")(
        "[2026-11-21 02:53:18: ERROR/ForkPoolWorker-1] Task routing.tasks.drain[5c1f] raised unexpected"
    )

    assert len(written) == 1
    assert "ERROR" in written[0]
