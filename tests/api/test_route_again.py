from events.models import PendingEntry
from routing.models import Unrouted
from tests.api.conftest import Call
from tests.api.contract import assert_as_documented
from tests.routing import made

PATH = "/api/v1/unrouted/route-again"


def test_the_unrouted_events_of_the_keys_tenant_are_routed_again(caller: Call) -> None:
    ours, theirs = made.unrouted(tenant="acme"), made.unrouted(tenant="other")

    response = caller("operate", tenant="acme").post(PATH, content_type="application/json")

    assert_as_documented(response, "post", PATH)
    assert response.json() == {"routed_again": 1}
    assert PendingEntry.objects.get().pk == ours.pk
    assert Unrouted.objects.get().pk == theirs.pk


def test_it_needs_the_scope_to_operate(caller: Call) -> None:
    made.unrouted()

    response = caller("events:read", "events:write").post(PATH, content_type="application/json")

    assert response.status_code == 403
    assert_as_documented(response, "post", PATH)
    assert Unrouted.objects.exists()


def test_a_body_it_does_not_know_is_refused(caller: Call) -> None:
    made.unrouted()

    response = caller("operate").post(PATH, {"events": []}, content_type="application/json")

    assert response.status_code == 400
    assert_as_documented(response, "post", PATH)
    assert Unrouted.objects.exists()
