"""The form of a destination: its own fields, and one for each setting of its kind."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, ClassVar

from django.utils.html import format_html

from events.admin.revisioned import Described, RevisionedForm
from events.problem import Problem
from routing.admin.destination_forms.fields import form_field, resolves_here, without_credentials
from routing.admin.destination_forms.settings import KINDS, Control, Setting
from routing.destination_config import config_problems
from routing.models import Destination
from routing.publishers.eventbridge.config import SAFE_BYTES
from routing.publishers.secrets import parse_reference

OWN = (
    "name", "max_attempts", "max_age_seconds", "ack_wait_seconds", "backoff_base_seconds", "backoff_cap_seconds",
    "failover_after_seconds", "in_flight_limit",
)  # fmt: skip
STANDS_IN = "env:REFUSED"
"""For a secret that was refused: its own error is the only one about it."""


class DestinationForm(RevisionedForm):
    """The base of each kind's form; alone, for a kind that has none, it leaves the config as it is."""

    settings: ClassVar[tuple[Setting, ...]] = ()
    kind: ClassVar[str] = ""

    class Meta:
        model = Destination
        fields = OWN
        labels = {
            "max_attempts": "Attempts",
            "max_age_seconds": "Maximum age (seconds)",
            "ack_wait_seconds": "Wait for an answer (seconds)",
            "backoff_base_seconds": "First backoff (seconds)",
            "backoff_cap_seconds": "Longest backoff (seconds)",
            "failover_after_seconds": "Fail over after (seconds)",
            "in_flight_limit": "Unanswered events",
        }
        help_texts = {
            "name": "Rules and pages call it by this. Letters, digits, - and _.",
            "backoff_base_seconds": "A random wait up to this before the second try; it doubles with each.",
            "backoff_cap_seconds": "What the doubling ends at.",
            "in_flight_limit": "At most this many at once, for each worker process.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        instance = kwargs.get("instance")
        # Before the form writes what was typed into the instance.
        self.stored: Mapping[str, Any] = instance.config if instance and isinstance(instance.config, dict) else {}
        super().__init__(*args, **kwargs)
        if not self.instance.pk and self.kind:
            self.instance.kind = self.kind
        for setting in self.settings:
            if setting.key in self.stored:
                self.initial[setting.field] = self.stored[setting.key]
            elif self.instance.pk or setting.control is not Control.LINES:
                self.initial[setting.field] = setting.default
            if setting.control is Control.REFERENCE and (known := resolves_here(self.stored.get(setting.key))):
                self.fields[setting.field].help_text = format_html("{} {}", known, setting.help)

        for name, value in self.initial.items():
            if isinstance(value, float) and value.is_integer():
                self.initial[name] = int(value)

    def described(self) -> Described:
        """The row as it was read, before the form writes into it."""
        own = {str(self.fields[name].label): str(getattr(self.instance, name)) for name in OWN if name in self.fields}
        return own | {setting.label: _text(value) for setting, value in settings_of(self.kind, self.stored)}

    def field_of(self, problem: Problem) -> str | None:
        area, _, key = problem.place.strip("/").partition("/")
        name = f"config_{key}" if area == "config" else area
        return name if name in self.fields else None

    def _post_clean(self) -> None:
        """Hold what was typed against the kind, every problem under its field."""
        if self.settings:
            self.instance.config = self._typed_config()
        super()._post_clean()  # type: ignore[misc]
        for problem in config_problems(self.instance):
            field = self.field_of(problem)
            if field not in self.errors:
                self.add_error(field, self.words_for(problem))

    def _typed_config(self) -> dict[str, Any]:
        """What differs from the defaults, what stood there before, and keys that this release does not know."""
        known = {setting.key for setting in self.settings}
        unknown = {key: value for key, value in self.stored.items() if key not in known}
        return unknown | dict(self._typed())

    def _typed(self) -> Iterator[tuple[str, Any]]:
        for setting in self.settings:
            value = self.cleaned_data.get(setting.field)
            if setting.control is Control.REFERENCE and setting.field in self.errors:
                value = STANDS_IN
            told = value not in ("", None, [])
            if told and (value != setting.default or setting.key in self.stored):
                yield setting.key, value

    def connection_errors(self) -> list[tuple[str, str]]:
        """What keeps the typed settings from being tried, as (label, message); the rest of the form may be wrong."""
        names = {"ack_wait_seconds", *(setting.field for setting in self.settings)}
        return [
            (str(self.fields[name].label), str(message))
            for name, messages in self.errors.items()
            if name in names
            for message in messages
        ]


@cache
def form_class(kind: str) -> type[DestinationForm]:
    """The form for a kind; the bare one for a kind that people do not add."""
    if kind not in KINDS:
        return DestinationForm
    settings = KINDS[kind].settings
    fields = {setting.field: form_field(setting) for setting in settings}
    return type(f"{kind.title()}DestinationForm", (DestinationForm,), {**fields, "settings": settings, "kind": kind})


def settings_of(kind: str, config: Mapping[str, Any]) -> Iterator[tuple[Setting, Any]]:
    """Each setting of a kind with its value in a config, or its default, as it may be shown."""
    for setting in KINDS[kind].settings if kind in KINDS else ():
        yield setting, _showable(setting, config.get(setting.key, setting.default))


def _showable(setting: Setting, value: Any) -> Any:
    if setting.control is Control.REFERENCE and value is not None:
        return value if isinstance(value, str) and parse_reference(value) else "(not a reference, so not shown)"
    return [without_credentials(one) for one in value] if isinstance(value, list) else without_credentials(value)


def size_warning(destination: Destination) -> str:
    """What to mind about a size that not every region takes; "" if there is nothing."""
    size = destination.config.get("max_entry_bytes", 0)
    if not isinstance(size, int) or size <= SAFE_BYTES:
        return ""
    return (
        f"Entries of up to {size:,} bytes: above 262,144 (256 KB) some regions refuse a call, and its events are dead "
        "at once. Send one event of that size to be sure."
    )


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else "" if value is None else str(value)
