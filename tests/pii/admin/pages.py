"""Who may do what about personal data, and what a browser would post back."""

from typing import Any

from django.test import Client

from tests.routing import made

VIEW = ("events.view_piipolicy", "events.view_piipolicyset")
EDIT = tuple(f"events.{verb}_piipolicy" for verb in ("add", "change", "delete"))
PUBLISH, REVEAL, KEYS = "events.publish_piipolicy", "events.reveal_pii", "events.view_datakey"
SEES_EVENTS = "events.view_outboxentry"

POLICIES = "/admin/events/piipolicy/"
SETS = "/admin/events/piipolicyset/"
EVENTS = "/admin/events/outboxentry/"


def viewer(*more: str, name: str = "viewer", **options: Any) -> Client:
    return made.logged_in(*VIEW, *more, name=name, **options)


def officer(*more: str, name: str = "officer") -> Client:
    return viewer(*EDIT, PUBLISH, REVEAL, KEYS, *more, name=name)


def opened(client: Client, page: str) -> dict[str, Any]:
    """What the form of a policy would post as it is shown."""
    form = client.get(page).context["adminform"].form
    fields = {name: form[name].value() for name in form.fields}
    kinds, paths = fields.pop("kinds") or {}, fields.pop("paths") or []
    posted = {name: value for name, value in fields.items() if value is not None and value is not False}
    return {**posted, **{f"kinds-{kind}": action for kind, action in kinds.items()}, **rows(paths)}


def rows(paths: list[dict[str, Any]]) -> dict[str, Any]:
    """Places, as the rows of the form post them; with the one to spare."""
    spare = {"path": "", "action": "ENCRYPT"}
    return {
        "paths-path": [one["path"] for one in (*paths, spare)],
        "paths-extent": ["whole" if one.get("whole") else "found" for one in (*paths, spare)],
        "paths-kind": [one.get("kind") or "" for one in (*paths, spare)],
        "paths-action": [one["action"] for one in (*paths, spare)],
    }


def text(client: Client, page: str) -> str:
    """Of a page that answers."""
    response = client.get(page)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def errors(response: Any) -> str:
    """All that a form says is wrong with it."""
    form = response.context["adminform"].form
    return str(form.errors)
