"""Event types as the API shows and takes them."""

from typing import Any

from rest_framework import serializers

from events.api.echoed import EchoSerializer
from events.api.line import Line, LineOrNone
from events.api.pages import CURSOR, PageQuery
from events.api.strict import StrictSerializer
from events.envelope.attributes import MAX_TYPE_BYTES
from events.models import EventType
from events.schemas.api.fields import Text

_BLOCKED = "Told to producers whose events are refused because the type is not allowed."


class EventTypeSerializer(EchoSerializer):
    """An event type: whether its events are let in, and how they are taken."""

    name = Line(max_length=MAX_TYPE_BYTES, help_text="The CloudEvents type. Fixed once a version was activated.")
    category = LineOrNone(max_length=64)
    owner = LineOrNone(max_length=100, help_text="The team to ask.")
    description = Text()
    criticality = serializers.ChoiceField(EventType.Criticality.values)
    allowed = serializers.BooleanField(help_text="Events of a type that is not are refused.")
    blocked_reason = LineOrNone(max_length=200, help_text=_BLOCKED)
    on_invalid = serializers.ChoiceField(EventType.OnInvalid.values, help_text="An event that does not fit.")
    data_version = serializers.ChoiceField(EventType.DataVersion.values, help_text="The member `version` of the data.")
    migrate = serializers.ChoiceField(EventType.Migrate.values, help_text="Which events become the active one's.")
    active = serializers.CharField(
        read_only=True, allow_null=True, help_text="The active version; null: events are taken unvalidated, or refused."
    )
    created_at = serializers.DateTimeField(read_only=True)
    revision = serializers.IntegerField(read_only=True, help_text="Counts the changes; the ETag is made from it.")


class NewEventTypeSerializer(StrictSerializer):
    """A new event type; what is left out is as below."""

    name = Line(max_length=MAX_TYPE_BYTES)
    category = LineOrNone(max_length=64, default="")
    owner = LineOrNone(max_length=100, default="")
    description = Text(default="")
    criticality = serializers.ChoiceField(EventType.Criticality.values, default=EventType.Criticality.STANDARD.value)
    allowed = serializers.BooleanField(default=True)
    blocked_reason = LineOrNone(max_length=200, default="")
    on_invalid = serializers.ChoiceField(EventType.OnInvalid.values, default=EventType.OnInvalid.REFUSE.value)
    data_version = serializers.ChoiceField(EventType.DataVersion.values, default=EventType.DataVersion.READ.value)
    migrate = serializers.ChoiceField(EventType.Migrate.values, default=EventType.Migrate.NEVER.value)


class EventTypePageSerializer(serializers.Serializer[Any]):
    items = EventTypeSerializer(many=True)
    next = serializers.CharField(allow_null=True, help_text="The cursor of the next page, if there is one.")


class EventTypeQuery(PageQuery):
    cursor = serializers.RegexField(
        CURSOR, required=False, max_length=16 + 2 * MAX_TYPE_BYTES, help_text="`next` of the page before.",
        error_messages={"invalid": "not a cursor of this list: take `next` of a page as it is"},
    )  # fmt: skip
    category = Line(required=False, max_length=64)
    owner = Line(required=False, max_length=100)
    allowed = serializers.ChoiceField(["true", "false"], required=False)


MEMBERS = tuple(NewEventTypeSerializer().fields)


def shown_type(event_type: EventType) -> dict[str, Any]:
    """The type as JSON; give it with the active version's number annotated as `active`."""
    shown: dict[str, Any] = EventTypeSerializer(event_type).data
    return shown


def take_type(event_type: EventType, wish: dict[str, Any]) -> None:
    """Put what was asked for into the type, unsaved."""
    for member in MEMBERS:
        setattr(event_type, member, wish[member])
