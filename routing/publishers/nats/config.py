"""The config of a NATS destination."""

from collections.abc import Mapping
from dataclasses import dataclass

from routing.publishers.config import Fields, Range, url_problem
from routing.publishers.nats.subject import SubjectTemplate, TemplateError, compile_template
from routing.publishers.secrets import SecretRef


@dataclass(frozen=True, slots=True)
class Tls:
    """PEM files by path; without `ca` the system's authorities count. `hostname` replaces the one of the URL."""

    ca: str | None
    cert: str | None
    key: str | None
    hostname: str | None


@dataclass(frozen=True, slots=True)
class Credentials:
    """References only. `creds` is the text of a `.creds` file, `nkey` a seed."""

    creds: SecretRef | None
    nkey: SecretRef | None
    user: str | None
    password: SecretRef | None
    token: SecretRef | None


@dataclass(frozen=True, slots=True)
class NatsConfig:
    """`stream_subjects` are what the stream must capture; by default all the template can produce."""

    servers: tuple[str, ...]
    stream: str
    template: SubjectTemplate
    structured: bool
    create_stream: bool
    stream_subjects: tuple[str, ...]
    dedup_window_seconds: float
    replicas: int
    max_bytes: int | None
    connect_timeout: float
    inbox_prefix: str
    tls: Tls | None
    credentials: Credentials


def parse_config(config: Mapping[str, object]) -> NatsConfig:
    """Raises ConfigError with every problem and its place."""
    fields = Fields(config)
    template = _template(fields)
    parsed = NatsConfig(
        servers=_servers(fields),
        stream=_stream(fields),
        template=template,
        structured=fields.choice("mode", "binary", ("binary", "structured")) == "structured",
        create_stream=fields.flag("create_stream", default=True),
        stream_subjects=fields.texts("stream_subjects", (template.wildcard,)),
        dedup_window_seconds=fields.seconds("dedup_window_seconds", 900.0, Range(1, 86_400)),
        replicas=fields.whole("replicas", 1, Range(1, 5)),
        max_bytes=fields.optional_whole("max_bytes", Range(1, 2**62)),
        connect_timeout=fields.seconds("connect_timeout_seconds", 2.0, Range(0.05, 30)),
        inbox_prefix=_inbox_prefix(fields),
        tls=_tls(fields),
        credentials=_credentials(fields),
    )
    fields.finish()
    return parsed


def _template(fields: Fields) -> SubjectTemplate:
    try:
        return compile_template(fields.text("subject", "events.{type}"))
    except TemplateError as error:
        fields.refuse("subject", str(error))
        return compile_template("events.{type}")


def _servers(fields: Fields) -> tuple[str, ...]:
    servers = fields.texts("servers", ("nats://127.0.0.1:4222",))
    problems = {problem for url in servers if (problem := url_problem(url, ("nats", "tls")))}
    for problem in sorted(problems):
        fields.refuse("servers", problem)
    return servers


def _stream(fields: Fields) -> str:
    stream = fields.text("stream", "EVENTS")
    if not stream.isascii() or set(stream) & set(" .*>/\\"):
        fields.refuse("stream", "must be ASCII without spaces, dots, slashes and wildcards")
    return stream


def _inbox_prefix(fields: Fields) -> str:
    prefix = fields.text("inbox_prefix", "_INBOX")
    if not prefix.isascii() or set(prefix) & set(" *>$") or "" in prefix.split("."):
        fields.refuse("inbox_prefix", "must be a subject without wildcards")
    return prefix


def _tls(fields: Fields) -> Tls | None:
    tls = Tls(*(fields.optional_text(f"tls_{name}") for name in ("ca", "cert", "key", "hostname")))
    if tls.key and not tls.cert:
        fields.refuse("tls_key", "needs tls_cert")
    return tls if tls != Tls(None, None, None, None) else None


def _credentials(fields: Fields) -> Credentials:
    found = Credentials(
        creds=fields.secret("creds"),
        nkey=fields.secret("nkey"),
        user=fields.optional_text("user"),
        password=fields.secret("password"),
        token=fields.secret("token"),
    )
    if sum(bool(way) for way in (found.creds, found.nkey, found.user, found.token)) > 1:
        fields.refuse("", "must use one way to log in: creds, nkey, user with password, or token")
    if bool(found.user) != bool(found.password):
        fields.refuse("password" if found.user else "user", "user and password go together")
    return found
