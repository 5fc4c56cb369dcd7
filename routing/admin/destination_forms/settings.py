"""The settings of each kind of destination, as people edit them: label, unit, help, default, and what belongs together.

The kinds' own `parse_config` stays the only judge of values; here is how they are asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Control(StrEnum):
    """How a setting is typed in."""

    TEXT = "text"
    LINES = "lines"
    WHOLE = "whole"
    SECONDS = "seconds"
    FLAG = "flag"
    CHOICE = "choice"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Setting:
    """One key of a config. A `default` of None means that the setting may be missing altogether."""

    key: str
    label: str
    control: Control = Control.TEXT
    default: object = None
    help: str = ""
    unit: str = ""
    choices: tuple[tuple[str, str], ...] = ()

    @property
    def field(self) -> str:
        """The name of its form field: no key of a config can be one of the destination itself."""
        return f"config_{self.key}"


@dataclass(frozen=True, slots=True)
class Group:
    """Settings under one heading."""

    title: str
    settings: tuple[Setting, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of destination that can be added. `summary` helps to choose."""

    value: str
    label: str
    summary: str
    icon: str
    groups: tuple[Group, ...]

    @property
    def settings(self) -> tuple[Setting, ...]:
        return tuple(setting for group in self.groups for setting in group.settings)


REFERENCE = "Where the secret is, never the secret itself: env:NAME or file:/PATH, read by each worker."

NATS = Kind(
    "nats",
    "NATS JetStream",
    "A stream of a NATS server or cluster. Events keep their order per key, and repeats are recognised by the server.",
    "bolt",
    (
        Group(
            "Connection",
            (
                Setting(
                    "servers",
                    "Servers",
                    Control.LINES,
                    ["nats://127.0.0.1:4222"],
                    "One URL a line, nats://host:port or tls://host:port; all of one cluster.",
                ),
                Setting(
                    "connect_timeout_seconds",
                    "Connect timeout",
                    Control.SECONDS,
                    2.0,
                    "0.05 to 30. A server that takes longer counts as unreachable.",
                    "seconds",
                ),
                Setting(
                    "inbox_prefix",
                    "Inbox prefix",
                    Control.TEXT,
                    "_INBOX",
                    "Subject under which answers arrive; change it where the account's permissions ask for it.",
                ),
            ),
        ),
        Group(
            "Stream",
            (
                Setting(
                    "subject",
                    "Subject template",
                    Control.TEXT,
                    "events.{type}",
                    "Begins with a word of its own. {type}, {source}, {subject}, {id} and any extension, such as "
                    "{tenant}, are filled in and encoded, so that no event can name a wildcard.",
                ),
                Setting(
                    "mode",
                    "Mode",
                    Control.CHOICE,
                    "binary",
                    "How the CloudEvent is written into the message.",
                    choices=(
                        ("binary", "Binary: attributes as ce- headers, the data as it is"),
                        ("structured", "Structured: the whole event as one JSON document"),
                    ),
                ),
                Setting("stream", "Stream", Control.TEXT, "EVENTS", "The JetStream stream that must keep the events."),
                Setting(
                    "create_stream",
                    "Create the stream if it is missing",
                    Control.FLAG,
                    True,
                    "An existing stream keeps its settings, but for a longer deduplication window. Switched off, a "
                    "missing one makes this destination unreachable.",
                ),
                Setting(
                    "stream_subjects",
                    "Stream subjects",
                    Control.LINES,
                    None,
                    "One a line. What the stream must capture; empty means all that the template can produce.",
                ),
                Setting(
                    "dedup_window_seconds",
                    "Dedup. window",
                    Control.SECONDS,
                    900.0,
                    "1 to 86400. Within it the server drops repeats of an event; each id costs it some 300 bytes.",
                    "seconds",
                ),
                Setting("replicas", "Replicas", Control.WHOLE, 1, "1 to 5; only used when the stream is created."),
                Setting(
                    "max_bytes",
                    "Maximum size of the stream",
                    Control.WHOLE,
                    None,
                    "Only used when the stream is created. Empty means no limit of its own.",
                    "bytes",
                ),
            ),
        ),
        Group(
            "Security",
            (
                Setting("tls_ca", "TLS authority file", Control.TEXT, None, "PEM file on the workers; empty means the "
                        "system's authorities."),
                Setting("tls_cert", "TLS certificate file", Control.TEXT, None, "PEM file of the client, for mutual "
                        "TLS."),
                Setting("tls_key", "TLS key file", Control.TEXT, None, "PEM file of the client's key; needs the "
                        "certificate."),
                Setting("tls_hostname", "TLS host name", Control.TEXT, None, "Expected in the server's certificate, "
                        "where it is not the one of the URL."),
                Setting("user", "User", Control.TEXT, None, "Goes together with a password."),
                Setting("password", "Password", Control.REFERENCE, None, REFERENCE),
                Setting("creds", "Credentials file (.creds)", Control.REFERENCE, None, REFERENCE),
                Setting("nkey", "NKey seed", Control.REFERENCE, None, REFERENCE),
                Setting("token", "Token", Control.REFERENCE, None, REFERENCE),
            ),
            "At most one way to log in: user with password, credentials file, NKey or token. All empty means none.",
        ),
    ),
)  # fmt: skip

EVENTBRIDGE = Kind(
    "eventbridge",
    "AWS EventBridge",
    "An event bus in one region of AWS. It cannot recognise repeats: consumers go by the event's id.",
    "cloud",
    (
        Group(
            "Connection",
            (
                Setting("bus", "Event bus", Control.TEXT, "default", "Name or ARN. It must exist: AWS answers success "
                        "for one that does not."),
                Setting("region", "Region", Control.TEXT, "us-east-1", "Such as eu-central-1."),
                Setting("endpoint", "Endpoint", Control.TEXT, None, "https://host for a VPC endpoint or a stand-in; "
                        "empty means the region's own."),
                Setting("connect_timeout_seconds", "Connect timeout", Control.SECONDS, 2.0, "0.05 to 30. An endpoint "
                        "that takes longer counts as unreachable.", "seconds"),
            ),
        ),
        Group(
            "Size and concurrency",
            (
                Setting("max_entry_bytes", "Largest entry", Control.WHOLE, 262_144, "1024 to 1048576. Above 262144 "
                        "(256 KB) only where the region takes it: elsewhere AWS refuses the entry and it is dead at "
                        "once.", "bytes"),
                Setting("concurrency", "Concurrent calls", Control.WHOLE, 8, "1 to 64, for each worker process."),
            ),
        ),
        Group(
            "Security",
            (
                Setting("access_key_id", "Access key id", Control.REFERENCE, None, REFERENCE),
                Setting("secret_access_key", "Secret access key", Control.REFERENCE, None, REFERENCE),
                Setting("session_token", "Session token", Control.REFERENCE, None, REFERENCE),
            ),
            "All empty means the standard chain of the workers: environment, profile, or the role they run under.",
        ),
    ),
)  # fmt: skip

KINDS: Mapping[str, Kind] = {kind.value: kind for kind in (NATS, EVENTBRIDGE)}
