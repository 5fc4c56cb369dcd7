"""Getting in, and what browsers are told to keep out (H43)."""

import logging

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.test.utils import override_settings
from django.utils import timezone

from tests.routing import made

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"
WRONG = "wrong"
LOGIN = "/admin/login/"


@pytest.fixture(autouse=True)
def _ada() -> None:
    User.objects.create_user("ada", password=PASSWORD, is_staff=True)


def log_in(name: str = "ada", guess: str = WRONG, address: str = "192.0.2.1", **headers: str) -> int:
    """The status of the answer: 302 is in, 200 is refused, 429 is locked out."""
    post = {"username": name, "password": guess}
    return Client().post(LOGIN, post, REMOTE_ADDR=address, headers=headers or None).status_code


def fail(times: int, **values: str) -> list[int]:
    return [log_in(**values) for _ in range(times)]


def test_five_wrong_passwords_lock_the_name_out_from_that_address() -> None:
    assert fail(5) == [200, 200, 200, 200, 429]
    assert log_in(guess=PASSWORD) == 429


def test_a_lockout_of_one_address_leaves_others_alone() -> None:
    fail(5)

    assert log_in(guess=PASSWORD, address="192.0.2.2") == 302


def test_the_answer_to_a_lockout_says_when_to_try_again() -> None:
    fail(5)

    answer = Client().post(LOGIN, {"username": "ada", "password": PASSWORD}, REMOTE_ADDR="192.0.2.1")

    assert answer.headers["Retry-After"] == "900"
    assert "Try again in 15 minutes" in answer.content.decode()


def test_a_lockout_ends_by_itself_and_is_not_made_longer_by_trying() -> None:
    fail(7)
    before = AccessAttempt.objects.get().attempt_time
    AccessAttempt.objects.update(attempt_time=before - settings.AXES_COOLOFF_TIME)

    assert log_in(guess=PASSWORD) == 302


def test_a_name_that_does_not_exist_is_answered_in_the_same_way() -> None:
    assert fail(5, name="nobody") == [200, 200, 200, 200, 429]


def test_trying_one_password_on_many_names_locks_the_address() -> None:
    statuses = [log_in(f"name-{number}") for number in range(50)]

    assert statuses[:49] == [200] * 49
    assert (statuses[49], log_in(guess=PASSWORD)) == (429, 429)


def test_guessing_one_name_from_many_addresses_locks_the_name() -> None:
    AccessAttempt.objects.bulk_create(
        AccessAttempt(
            username=pseudonym_of("ada"), ip_address=f"198.51.100.{number}", failures_since_start=4, user_agent="x"
        )
        for number in range(25)
    )

    assert log_in(guess=PASSWORD) == 429


def pseudonym_of(name: str) -> str:
    log_in(name, address="203.0.113.9")
    stored = AccessAttempt.objects.get(ip_address="203.0.113.9")
    AccessAttempt.objects.filter(pk=stored.pk).delete()
    return str(stored.username)


def test_a_login_of_ones_own_does_not_clear_what_was_tried_on_others() -> None:
    User.objects.create_user("eve", password=PASSWORD, is_staff=True)
    fail(4)

    assert log_in("eve", PASSWORD) == 302
    assert log_in() == 429


def test_another_case_of_the_name_is_the_same_name() -> None:
    fail(4, name="ADA")

    assert log_in("ada") == 429


def test_a_forged_forwarded_address_changes_nothing() -> None:
    """H42: nobody in front is trusted unless we are told to."""
    statuses = [log_in(X_Forwarded_For=f"203.0.113.{number}") for number in range(5)]

    assert statuses[-1] == 429


@override_settings(TRUSTED_PROXIES=1)
def test_behind_a_trusted_proxy_only_what_it_added_counts() -> None:
    forged = [log_in(X_Forwarded_For=f"203.0.113.{number}, 198.51.100.7") for number in range(5)]

    assert forged[-1] == 429
    assert log_in(guess=PASSWORD, X_Forwarded_For="198.51.100.8") == 302
    assert log_in(X_Forwarded_For="no address") == 200


def test_neither_logs_nor_tables_hold_what_was_typed(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        fail(6, name="a-password-in-the-wrong-field")

    [attempt] = AccessAttempt.objects.all()
    told = [*(record.getMessage() for record in caplog.records), *map(str, vars(attempt).values())]
    assert not [line for line in told if "wrong-field" in line or "'wrong'" in line]


def test_a_login_leads_home() -> None:
    client = Client()

    answer = client.post(LOGIN, {"username": "ada", "password": PASSWORD}, follow=True)

    assert answer.redirect_chain == [("/admin/", 302)]


def test_a_login_leads_to_no_other_site() -> None:
    answer = Client().post(f"{LOGIN}?next=https://evil.example/", {"username": "ada", "password": PASSWORD})

    assert answer.headers["Location"] == "/admin/"


def test_somebody_without_a_role_is_told_whom_to_ask() -> None:
    User.objects.create_superuser("grace")

    page = made.logged_in().get("/admin/").content.decode()

    assert "You have no role yet" in page
    assert "grace" in page
    assert "Workers" not in page


@override_settings(ACCESS_CONTACT="the platform team")
def test_whom_to_ask_can_be_set() -> None:
    User.objects.create_superuser("grace")

    page = made.logged_in().get("/admin/").content.decode()

    assert "the platform team" in page
    assert "grace" not in page


POSTS = (
    LOGIN, "/admin/logout/", "/admin/password_change/", "/admin/routing/destination/add/",
    "/admin/routing/routingrule/publish/", "/admin/dlq/deadletter/", "/admin/events/apikey/add/",
)  # fmt: skip


@pytest.mark.parametrize("path", POSTS)
def test_a_post_without_its_token_is_refused(path: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create_superuser("grace"))

    assert client.post(path, {"name": "stolen"}).status_code == 403


def policy(path: str, client: Client) -> dict[str, str]:
    written = client.get(path).headers["Content-Security-Policy"]
    return dict(part.split(" ", 1) for part in written.split("; "))


@pytest.mark.parametrize("path", ["/admin/", LOGIN, "/admin/routing/destination/", "/admin/live/"])
def test_admin_pages_run_no_script_that_stands_in_them(path: str, admin_client: Client) -> None:
    told = policy(path, admin_client)

    assert told["default-src"] == "'none'"
    assert told["script-src"] == "'self' 'unsafe-eval'"
    assert told["frame-ancestors"] == told["base-uri"] == "'none'"


def test_what_is_no_page_may_load_nothing(client: Client) -> None:
    assert policy("/api/v1/events", client) == policy("/healthz", client)
    assert policy("/healthz", client) == {"default-src": "'none'", "frame-ancestors": "'none'"}


def test_no_page_is_framed_or_tells_other_sites_where_it_was(admin_client: Client) -> None:
    headers = admin_client.get("/admin/").headers

    assert (headers["X-Frame-Options"], headers["Referrer-Policy"]) == ("DENY", "same-origin")
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites() -> None:
    client = Client()
    client.get(LOGIN)
    client.post(LOGIN, {"username": "ada", "password": PASSWORD})

    for name in ("sessionid", "csrftoken"):
        assert client.cookies[name]["httponly"]
        assert client.cookies[name]["samesite"] == "Lax"


def test_a_session_ends_after_a_working_day() -> None:
    client = Client()
    client.post(LOGIN, {"username": "ada", "password": PASSWORD})

    left = client.session.get_expiry_date() - timezone.now()

    assert left.total_seconds() <= 12 * 3600
