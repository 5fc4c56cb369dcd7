"""The publisher kind `nats` where the server asks who is there: credentials, permissions, TLS."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import nkeys  # type: ignore[import-untyped]
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from controlplane.embedded.nats import NatsServer
from routing.publishers.port import Outcome, Publisher, Receipt
from routing.publishers.registry import make_publisher
from tests.publishers.contract import codes, message, messages, outcomes, send

SEED = nkeys.encode_seed(bytes(range(32)), nkeys.PREFIX_BYTE_USER)


class GuardedServer(NatsServer):
    """A nats-server with more in its configuration."""

    extra = ""

    def _config(self) -> str:
        return super()._config() + self.extra


@contextmanager
def guarded(extra: str) -> Iterator[GuardedServer]:
    server = GuardedServer()
    server.extra = extra
    with server:
        yield server


@contextmanager
def publisher(server: NatsServer, **config: Any) -> Iterator[Publisher]:
    config = {"servers": [server.url], **config}
    made = make_publisher("nats", config, name="n", ack_wait=2.0, in_flight_limit=100)
    yield made
    made.close()


def test_a_token_by_reference_lets_it_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NATS_TOKEN", "s3cret")
    with guarded('authorization: { token: "s3cret" }\n') as server:
        with publisher(server) as without, publisher(server, token="env:NATS_TOKEN") as with_token:
            assert without.check().code == "unauthorized"
            assert with_token.check().ok

        monkeypatch.setenv("NATS_TOKEN", "other")
        with publisher(server, token="env:NATS_TOKEN") as with_wrong:
            check = with_wrong.check()

    assert check.code == "unauthorized"
    assert "other" not in check.message


def test_a_secret_that_is_missing_makes_it_unreachable() -> None:
    with guarded('authorization: { token: "s3cret" }\n') as server, publisher(server, token="env:NOT_THERE") as made:
        assert made.check().code == "secret_missing"
        assert outcomes(send(made, messages(2))) == {Outcome.UNREACHABLE}


def test_user_and_password_let_it_in(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("pw\n")
    with (
        guarded('authorization: { users: [{ user: "u", password: "pw" }] }\n') as server,
        publisher(server, user="u", password=f"file:{tmp_path}/password") as made,
    ):
        assert made.check().ok


def test_an_nkey_lets_it_in(tmp_path: Path) -> None:
    (tmp_path / "seed").write_bytes(SEED)
    public = nkeys.from_seed(bytearray(SEED)).public_key.decode()
    with (
        guarded(f"authorization: {{ users: [{{ nkey: {public} }}] }}\n") as server,
        publisher(server, nkey=f"file:{tmp_path}/seed") as made,
    ):
        assert made.check().ok


def test_a_subject_without_permission_fails_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server says so apart from the acknowledgements; without listening it would look like silence."""
    monkeypatch.setenv("PASSWORD", "pw")
    permissions = '{ publish: { deny: "events.org.>" } }'
    with (
        guarded(
            f'authorization: {{ users: [{{ user: "u", password: "pw", permissions: {permissions} }}] }}\n'
        ) as server,
        publisher(server, user="u", password="env:PASSWORD") as made,
    ):
        assert made.check().ok
        before, forbidden, after = send(made, [message(1), message(2, type_="org.Example.x"), message(3)])

    assert isinstance(before, Receipt)
    assert isinstance(after, Receipt)
    assert codes([forbidden]) == {"subject_forbidden"}


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`ca.pem`, and `one.pem` with `one.key` for both ends, valid for localhost."""
    folder = tmp_path_factory.mktemp("certificates")
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "authority")])
    authority = _certificate(ca, ca, ca_key, ca_key, x509.BasicConstraints(ca=True, path_length=None))
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    one = _certificate(name, ca, key, ca_key, x509.SubjectAlternativeName([x509.DNSName("localhost")]))
    (folder / "ca.pem").write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    (folder / "one.pem").write_bytes(one.public_bytes(serialization.Encoding.PEM))
    (folder / "one.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder


def _certificate(
    name: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey,
    extension: x509.ExtensionType,
) -> x509.Certificate:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(extension, critical=False)
        .sign(signer, hashes.SHA256())
    )


@pytest.fixture
def tls_server(certificates: Path) -> Iterator[NatsServer]:
    files = f'cert_file: "{certificates}/one.pem", key_file: "{certificates}/one.key", ca_file: "{certificates}/ca.pem"'
    with guarded(f"tls: {{ {files}, verify: true }}\n") as server:
        yield server


def test_both_ends_prove_themselves_over_tls(tls_server: NatsServer, certificates: Path) -> None:
    config = {
        "tls_ca": f"{certificates}/ca.pem",
        "tls_cert": f"{certificates}/one.pem",
        "tls_key": f"{certificates}/one.key",
        "tls_hostname": "localhost",
    }
    with publisher(tls_server, **config) as made:
        assert made.check().ok
        assert outcomes(send(made, messages(5))) == {None}


def test_a_server_of_an_unknown_authority_is_not_trusted(tls_server: NatsServer) -> None:
    with publisher(tls_server, tls_hostname="localhost") as made:
        assert made.check().code == "tls_failed"


def test_certificates_that_cannot_be_read_make_it_unreachable(tls_server: NatsServer, tmp_path: Path) -> None:
    with publisher(tls_server, tls_ca=str(tmp_path / "none.pem")) as made:
        assert not made.check().ok
        assert outcomes(send(made, messages(1))) == {Outcome.UNREACHABLE}
