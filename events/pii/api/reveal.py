"""What is encrypted in an event, in clear: one permission, a reason, answered once, never without an audit record."""

from collections.abc import Mapping
from typing import Any, NoReturn
from uuid import UUID

import orjson
from django.http import Http404, HttpResponse
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework.request import Request

from events.api.authentication import caller_of
from events.api.documented import WRITE_PROBLEMS, problems
from events.api.line import Line
from events.api.strict import StrictSerializer, StrictView, body_of
from events.api_keys import Scope
from events.envelope.serialise import to_structured
from events.line import MAX_REASON
from events.models import OutboxEntry
from events.pii.reveal import UNREAD, Shown, refuse, reveal
from events.who import Caller

_PATH = {"type": "string", "description": "A JSON Pointer into the stored event; `*` for a name that is a token."}
REVEALED: Mapping[str, Any] = {
    "type": "object",
    "required": ["event", "revealed", "unreadable"],
    "additionalProperties": False,
    "properties": {
        "event": {"$ref": "#/components/schemas/CloudEvent"},
        "revealed": {"type": "array", "items": _PATH},
        "unreadable": {
            "type": "array",
            "description": "What stays a token, and why.",
            "items": {
                "type": "object",
                "required": ["path", "code", "detail"],
                "additionalProperties": False,
                "properties": {
                    "path": _PATH,
                    "code": {"type": "string", "enum": list(UNREAD)},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
WRONG = {
    404: "No event of the key's tenant has this id.",
    503: "The database is away, or the keys are not at hand.",
}
EXAMPLE = OpenApiExample("For a ticket", {"reason": "ticket 17: the order went to no address"}, request_only=True)


class RevealSerializer(StrictSerializer):
    """Why somebody has to see it."""

    reason = Line(max_length=MAX_REASON, help_text="It stays on record, with who asked and what they saw.")


class RevealView(StrictView):
    required_scope = Scope.REVEAL

    @extend_schema(
        operation_id="reveal_event",
        summary="An event with its encrypted fields in clear",
        description=(
            "Who, which event, which places and why is recorded before the answer goes out. It is not to be stored: "
            "`Cache-Control: no-store`. Pseudonyms and redacted fields cannot be revealed, by anybody."
        ),
        request=RevealSerializer,
        responses={
            200: OpenApiResponse(dict(REVEALED), "The event as it was handed in, but for what is named as unreadable."),
            **problems({**WRITE_PROBLEMS, **WRONG}),
        },
        examples=[EXAMPLE],
    )
    def post(self, request: Request, uuid: UUID) -> HttpResponse:
        caller = caller_of(request)
        entry = OutboxEntry.objects.filter(tenant=caller.tenant, uuid=uuid).first()
        if entry is None:
            raise Http404
        wish = body_of(RevealSerializer, request)
        body = _body(reveal(entry, reason=wish["reason"], by=caller))
        return HttpResponse(body, content_type="application/json", headers={"Cache-Control": "no-store"})

    def permission_denied(self, request: Request, message: str | None = None, code: str | None = None) -> NoReturn:
        """A key without the scope is on record, too."""
        if isinstance(request.auth, Caller):
            refuse(self.kwargs["uuid"], by=request.auth)
        super().permission_denied(request, message, code)


def _body(shown: Shown) -> bytes:
    """With the data as the text that was handed in: 1.50 stays 1.50."""
    unreadable = [{"path": one.path, "code": one.code, "detail": one.why} for one in shown.unread]
    rest = orjson.dumps({"revealed": shown.paths, "unreadable": unreadable})
    return b'{"event":%b,%b' % (to_structured(shown.event), rest[1:])
