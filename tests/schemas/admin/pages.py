"""What a browser would post back from a form as it is shown, and who may do what."""

from typing import Any

from django.test import Client

from tests.routing import made

VIEW = ("events.view_eventtype", "events.view_schemaversion", "events.view_legacytype")
EDIT = tuple(
    f"events.{verb}_{model}"
    for model in ("eventtype", "schemaversion", "legacytype")
    for verb in ("add", "change", "delete")
)
ACTIVATE = "events.activate_schemaversion"

TYPES = "/admin/events/eventtype/"
VERSIONS = "/admin/events/schemaversion/"
LEGACY = "/admin/events/legacytype/"


def viewer(*more: str, name: str = "viewer") -> Client:
    return made.logged_in(*VIEW, *more, name=name)


def editor(*more: str, name: str = "editor") -> Client:
    return made.logged_in(*VIEW, *EDIT, *more, name=name)


def opened(client: Client, page: str) -> dict[str, Any]:
    form = client.get(page).context["adminform"].form
    fields = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in fields.items() if value is not None and value is not False}


def text(client: Client, page: str) -> str:
    """Of a page that answers."""
    response = client.get(page)
    assert response.status_code == 200, response.status_code
    return response.content.decode()
