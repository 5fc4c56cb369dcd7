from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from controlplane.embedded.nats import NatsServer
from routing.admin.destination_forms.settings import KINDS
from routing.models import Depth, Destination, DestinationHealth
from routing.publish_table import publish
from routing.publishers.registry import parse_config
from tests.routing import made

pytestmark = pytest.mark.django_db

ALL = tuple(f"routing.{verb}_destination" for verb in ("view", "add", "change", "delete", "operate"))
LIST = "/admin/routing/destination/"
ADD = f"{LIST}add/"
TEST = f"{LIST}test/"


@pytest.fixture
def client() -> Client:
    return made.logged_in(*ALL)


def form(kind: str = "nats", **values: Any) -> dict[str, Any]:
    """The form as a browser posts it for a new destination."""
    given = {
        "name": "nats", "max_attempts": "3", "max_age_seconds": "3600", "ack_wait_seconds": "30",
        "backoff_base_seconds": "1", "backoff_cap_seconds": "60", "failover_after_seconds": "5",
        "in_flight_limit": "100", "config_servers": "nats://n1:4222", "config_mode": "binary",
        "config_create_stream": "on",
    }  # fmt: skip
    own = {name: value for name, value in given.items() if kind == "nats" or not name.startswith("config_")}
    return {**own, **values}


def shown(client: Client, destination: Destination, **values: Any) -> dict[str, Any]:
    """The form of an existing one as it is shown, with what is typed into it."""
    fields = client.get(address(destination, "change/")).context["adminform"].form
    stored = {name: fields[name].value() for name in fields.fields}
    return {**{name: value for name, value in stored.items() if value is not None and value is not False}, **values}


def address(destination: Destination, verb: str) -> str:
    return f"{LIST}{destination.pk}/{verb}"


def errors(response: Any, field: str) -> str:
    return " ".join(response.context["adminform"].form.errors[field])


def test_the_kind_is_chosen_first_and_memory_is_none_to_choose(client: Client) -> None:
    page = client.get(ADD).content.decode()

    assert "?kind=nats" in page
    assert "?kind=eventbridge" in page
    assert "memory" not in page
    assert client.post(ADD, form()).status_code == 200
    assert not Destination.objects.exists()


def test_a_nats_destination_is_made_from_typed_fields(client: Client) -> None:
    typed = {"config_servers": "nats://n1:4222\ntls://n2:4222", "config_subject": "oms.{type}", "config_replicas": "3"}

    response = client.post(f"{ADD}?kind=nats", form(**typed, config_password="env:NATS_PASSWORD", config_user="relay"))

    assert response.status_code == 302
    made_one = Destination.objects.get()
    assert (made_one.kind, made_one.in_flight_limit, made_one.revision) == ("nats", 100, 1)
    assert made_one.config == {
        "servers": ["nats://n1:4222", "tls://n2:4222"], "subject": "oms.{type}", "replicas": 3, "user": "relay",
        "password": "env:NATS_PASSWORD",
    }  # fmt: skip


def test_an_eventbridge_destination_is_made_and_a_size_above_256_kb_is_warned_of(client: Client) -> None:
    typed = {"config_bus": "oms", "config_region": "eu-central-1", "config_max_entry_bytes": "600000"}

    response = client.post(f"{ADD}?kind=eventbridge", form("eventbridge", **typed), follow=True)

    assert Destination.objects.get().config == {"bus": "oms", "region": "eu-central-1", "max_entry_bytes": 600_000}
    assert "above 262,144 (256 KB)" in response.content.decode()


def test_every_setting_of_a_kind_has_its_field_and_the_default_it_states() -> None:
    for kind in KINDS.values():
        asked = Asked()
        parse_config(kind.value, asked)

        assert asked.keys_read == {setting.key for setting in kind.settings}
        defaults = {setting.key: setting.default for setting in kind.settings if setting.default is not None}
        assert told(parse_config(kind.value, defaults)) == told(parse_config(kind.value, {}))


def told(config: Any) -> dict[str, Any]:
    """The values of a parsed config; of a compiled template its parts, for no two of its functions are equal."""
    values = {name: getattr(config, name) for name in config.__dataclass_fields__}
    return {name: getattr(value, "parts", value) for name, value in values.items()}


class Asked(dict[str, object]):
    """An empty config that remembers which keys were looked for."""

    def __init__(self) -> None:
        super().__init__()
        self.keys_read: set[str] = set()

    def get(self, key: str, default: Any = None) -> Any:
        self.keys_read.add(key)
        return default


@pytest.mark.parametrize("field", ["config_password", "config_token", "config_creds", "config_nkey"])
def test_a_secret_that_is_typed_is_refused_and_never_shown_again(client: Client, field: str) -> None:
    response = client.post(f"{ADD}?kind=nats", form(**{field: "hunter2-hunter2"}))

    assert "write env:NAME or file:/PATH here" in errors(response, field)
    assert "hunter2" not in response.content.decode()
    assert not Destination.objects.exists()


def test_a_password_typed_into_a_url_is_refused_and_never_shown_again(client: Client) -> None:
    response = client.post(f"{ADD}?kind=nats", form(config_servers="nats://me:hunter2@n1:4222"))

    assert "must not hold credentials" in errors(response, "config_servers")
    assert "hunter2" not in response.content.decode()
    assert "nats://n1:4222" in response.content.decode()


def test_a_page_says_whether_a_reference_resolves_here_and_never_to_what(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NATS_TOKEN_HERE", "hunter2")
    one = made.destination("a", kind="nats", config={"servers": ["nats://n1:4222"], "token": "env:NATS_TOKEN_HERE"})
    other = made.destination("b", kind="nats", config={"servers": ["nats://n1:4222"], "token": "env:NATS_TOKEN_GONE"})

    here = client.get(address(one, "change/")).content.decode()
    gone = client.get(address(other, "change/")).content.decode()

    assert ">set</strong> in this web process; workers may differ" in here
    assert "hunter2" not in here
    assert ">not set</strong> in this web process" in gone


def test_a_value_that_is_no_reference_in_the_table_is_not_shown(client: Client) -> None:
    one = made.destination(kind="nats", config={"servers": ["nats://n1:4222"], "token": "hunter2"})

    viewer = made.logged_in("routing.view_destination", name="viewer")

    assert "hunter2" not in client.get(address(one, "change/")).content.decode()
    assert "hunter2" not in viewer.get(address(one, "change/")).content.decode()


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("config_servers", "", "required"),
        ("config_servers", "http://n1", "must begin with nats:// or tls://"),
        ("config_subject", "{type}", "must begin with a word of its own"),
        ("config_stream", "a b", "must be ASCII without spaces"),
        ("config_replicas", "9", "must be a whole number from 1 to 5"),
        ("config_dedup_window_seconds", "nan", "Enter a number"),
        ("config_tls_key", "/k.pem", "needs tls_cert"),
        ("max_attempts", "0", "greater than or equal to 1"),
        ("ack_wait_seconds", "nan", "Enter a number"),
        ("backoff_cap_seconds", "0.5", "must not be less than backoff_base_seconds"),
        ("name", "a b", "letters, numbers"),
    ],
)
def test_a_bad_setting_is_an_error_of_its_field(client: Client, field: str, typed: str, words: str) -> None:
    response = client.post(f"{ADD}?kind=nats", form(**{field: typed}))

    assert words in errors(response, field)
    assert not Destination.objects.exists()


def test_what_is_missing_is_an_error_of_its_own_field(client: Client) -> None:
    response = client.post(f"{ADD}?kind=nats", form(config_user="relay"))

    assert "user and password go together" in errors(response, "config_password")


def test_saving_what_is_shown_changes_nothing(client: Client) -> None:
    config = {"servers": ["nats://n1:4222"], "stream": "EVENTS", "max_bytes": 10**9, "create_stream": False}
    nats = made.destination(kind="nats", config=config)

    response = client.post(address(nats, "change/"), shown(client, nats))

    assert response.status_code == 302
    assert Destination.objects.get().config == config


def test_the_config_of_a_kind_that_is_not_offered_stays_as_it_is(client: Client) -> None:
    memory = made.destination(config={"stream": "s"})

    client.post(address(memory, "change/"), shown(client, memory, max_attempts="7"))

    after = Destination.objects.get()
    assert (after.config, after.max_attempts) == ({"stream": "s"}, 7)


def test_the_kind_cannot_be_changed(client: Client) -> None:
    nats = made.destination(kind="nats", config={"servers": ["nats://n1:4222"]})

    client.post(f"{address(nats, 'change/')}?kind=eventbridge", shown(client, nats, kind="eventbridge"))

    assert Destination.objects.get().kind == "nats"


def test_the_example_follows_the_template(client: Client) -> None:
    good = client.get(f"{LIST}subject/", {"config_subject": "oms.{tenant}.{type}"}).content.decode()
    bad = client.get(f"{LIST}subject/", {"config_subject": "<b>.>"}).content.decode()

    assert "oms.acme.com.foundry.oms.objecttype.created" in good
    assert "oms.*.&gt;" in good
    assert "may hold letters, digits" in bad
    assert "<b>.>" not in bad


def test_what_is_typed_is_tried_before_it_is_saved(client: Client, nats_server: NatsServer) -> None:
    typed = form(config_servers=nats_server.url, name="")

    answers = client.post(f"{TEST}nats/", typed).content.decode()
    refused = client.post(f"{TEST}nats/", form(config_servers="nats://127.0.0.1:1")).content.decode()

    assert "It answers" in answers
    assert "It cannot be used" in refused
    assert "no server could be reached" in refused
    assert not Destination.objects.exists()


def test_what_cannot_be_tried_says_which_field_is_wrong(client: Client) -> None:
    page = client.post(f"{TEST}nats/", form(config_token="hunter2", config_replicas="9")).content.decode()

    assert "Not tried." in page
    assert "Replicas: must be a whole number" in page
    assert "hunter2" not in page


def test_a_stored_one_is_tried_by_its_button(client: Client, nats_server: NatsServer) -> None:
    nats = made.destination(kind="nats", config={"servers": [nats_server.url]})

    assert address(nats, "test/") in client.get(LIST).content.decode()
    assert "It answers" in client.post(address(nats, "test/")).content.decode()
    assert client.get(address(nats, "test/")).status_code == 405


def test_trying_needs_its_permission() -> None:
    nats = made.destination(kind="nats", config={"servers": ["nats://127.0.0.1:1"]})
    viewer = made.logged_in("routing.view_destination", name="viewer")
    operator = made.logged_in("routing.view_destination", "routing.operate_destination", name="operator")

    assert viewer.post(address(nats, "test/")).status_code == 403
    assert viewer.post(f"{TEST}nats/", form()).status_code == 403
    assert viewer.get(f"{LIST}subject/").status_code == 403
    assert operator.post(address(nats, "test/")).status_code == 200
    assert operator.post(f"{TEST}nats/?id={nats.pk}", form()).status_code == 403


def test_who_may_only_look_sees_the_settings() -> None:
    nats = made.destination(kind="nats", config={"servers": ["nats://n1:4222"], "token": "env:TOKEN"})
    viewer = made.logged_in("routing.view_destination", name="viewer")

    page = viewer.get(address(nats, "change/")).content.decode()

    assert "nats://n1:4222" in page
    assert "env:TOKEN" in page
    assert "<textarea" not in page


def test_it_is_paused_with_a_reason_and_resumed(client: Client) -> None:
    nats = made.destination()

    assert client.get(address(nats, "pause/")).status_code == 200
    client.post(address(nats, "pause/"), {"note": "", "asked": "1"})
    assert not Destination.objects.get().paused

    client.post(address(nats, "pause/"), {"note": "maintenance", "asked": "1"})
    paused = Destination.objects.get()
    assert (paused.paused, paused.paused_reason) == (True, "maintenance")
    assert "maintenance" in client.get(LIST).content.decode()

    assert client.get(address(nats, "resume/")).status_code == 200
    client.post(address(nats, "resume/"), {"asked": "1"})
    assert not Destination.objects.get().paused


def test_the_form_neither_pauses_nor_resumes(client: Client) -> None:
    nats = made.destination(paused=True, paused_reason="maintenance")

    client.post(address(nats, "change/"), shown(client, nats, paused="", max_attempts="7"))

    after = Destination.objects.get()
    assert (after.paused, after.paused_reason, after.max_attempts) == (True, "maintenance", 7)


def test_pausing_needs_the_permission_to_operate() -> None:
    nats = made.destination()
    editor = made.logged_in("routing.view_destination", "routing.change_destination", name="editor")

    assert editor.post(address(nats, "pause/"), {"note": "x", "asked": "1"}).status_code == 403
    assert not Destination.objects.get().paused


def test_one_in_use_is_not_deleted_and_the_page_says_why(client: Client) -> None:
    """H13."""
    nats = made.destination()
    made.rule("catch-all", nats)
    publish(note="a test", by=None)

    page = client.get(address(nats, "delete/")).content.decode()
    client.post(address(nats, "delete/"), {"post": "yes"})
    client.post(LIST, {"action": "delete_selected", "_selected_action": [nats.pk], "post": "yes"})

    assert "the rule catch-all names it" in page
    assert "the routing table v1 names it" in page
    assert Destination.objects.exists()


def test_an_unused_one_is_deleted(client: Client) -> None:
    one, other = made.destination("one"), made.destination("other")

    client.post(address(one, "delete/"), {"post": "yes"})
    client.post(LIST, {"action": "delete_selected", "_selected_action": [other.pk], "post": "yes"})

    assert not Destination.objects.exists()


def test_one_that_cannot_be_reached_says_since_when_and_why(client: Client) -> None:
    nats = made.destination()
    since = timezone.now()
    DestinationHealth.objects.create(
        destination=nats, unreachable_since=since, error_class="not_connected", error="no server could be reached"
    )

    for path in (LIST, address(nats, "change/")):
        page = client.get(path).content.decode()
        assert "unreachable" in page
        assert f"not_connected: no server could be reached, since {since:%Y-%m-%d %H:%M:%S} UTC" in page


def test_what_waits_and_what_is_dead_lead_to_it(client: Client) -> None:
    nats = made.destination()
    made.rule("catch-all", nats)
    Depth.objects.create(queue=Depth.Queue.PENDING, destination_id=nats.pk, count=1234, oldest_at=timezone.now())
    Depth.objects.create(queue=Depth.Queue.DEAD, destination_id=nats.pk, count=56)

    for path in (LIST, address(nats, "change/")):
        page = client.get(path).content.decode()
        assert "/admin/routing/delivery/?q=dest%3Anats+state%3Apending" in page
        assert "/admin/dlq/deadletter/?q=dest%3Anats" in page
        assert ">1234<" in page
        assert "catch-all" in page


def test_before_the_first_measure_no_number_is_made_up(client: Client) -> None:
    made.destination()

    assert "not measured yet" in client.get(LIST).content.decode()


def test_the_list_asks_as_much_for_many_as_for_few(client: Client) -> None:
    made.destination("one")
    client.get(LIST)

    with CaptureQueriesContext(connection) as few:
        client.get(LIST)
    for number in range(8):
        made.rule(f"r{number}", made.destination(f"d{number}"))
    with CaptureQueriesContext(connection) as many:
        client.get(LIST)

    assert len(many) == len(few)


def test_what_is_paused_can_be_resumed_and_what_is_not_can_be_paused(client: Client) -> None:
    """Never both: one of the two would do nothing."""
    nats, paused = made.destination(), made.destination("paused", paused=True)

    pages = {one: client.get(address(one, "change/")).content.decode() for one in (nats, paused)}

    assert {one: [act for act in ("pause", "resume") if address(one, act) in page] for one, page in pages.items()} == {
        nats: ["pause"], paused: ["resume"],
    }  # fmt: skip
