"""The admin's sidebar: what belongs together, for those who may see it."""

from functools import partial
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse

# Title, icon and model of each page.
Page = tuple[str, str, str]

GROUPS: tuple[tuple[str, tuple[Page, ...]], ...] = (
    (
        "Routing",
        (
            ("Rules", "rule", "routing.routingrule"),
            ("Tables", "history", "routing.routingtable"),
            ("Destinations", "hub", "routing.destination"),
        ),
    ),
    (
        "Events",
        (
            ("Events", "bolt", "events.outboxentry"),
            ("Deliveries", "send", "routing.delivery"),
            ("Unrouted", "wrong_location", "routing.unrouted"),
            ("Dead letters", "cancel_schedule_send", "dlq.deadletter"),
            ("Operations", "pending_actions", "dlq.operation"),
        ),
    ),
    (
        "Schemas",
        (
            ("Event types", "category", "events.eventtype"),
            ("Schema versions", "schema", "events.schemaversion"),
            ("Legacy types", "move_down", "events.legacytype"),
            ("Merge", "merge", "events.schemaversion"),
        ),
    ),
    (
        "Personal data",
        (
            ("Policies", "policy", "events.piipolicy"),
            ("Published policies", "history", "events.piipolicyset"),
            ("Preview", "compare", "events.piipolicy"),
            ("Keys", "vpn_key", "events.datakey"),
        ),
    ),
    (
        "Access",
        (
            ("Users", "person", "auth.user"),
            ("Groups", "group", "auth.group"),
            ("API keys", "key", "events.apikey"),
            ("Audit", "fact_check", "events.auditrecord"),
        ),
    ),
    (
        "Running",
        (
            ("Workers", "memory", "routing.relayworker"),
            ("Periodic tasks", "schedule", "django_celery_beat.periodictask"),
            ("Intervals", "timer", "django_celery_beat.intervalschedule"),
            ("Crontabs", "calendar_month", "django_celery_beat.crontabschedule"),
        ),
    ),
)
# Of a model's pages, one that is not its list.
ADDRESSES = {"Merge": "admin:events_schemaversion_merge", "Preview": "admin:events_piipolicy_preview"}


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The groups of which this user may see a page, as the theme takes them; the home page is for everybody."""
    home = {"title": "", "items": [{"title": "Home", "icon": "home", "link": reverse("admin:index")}]}
    groups = [
        {"title": title, "items": [_item(page) for page in pages if _sees(request, page)]} for title, pages in GROUPS
    ]
    return [home, *(group for group in groups if group["items"])]


def _item(page: Page) -> dict[str, Any]:
    title, icon, model = page
    address = ADDRESSES.get(title, f"admin:{model.replace('.', '_')}_changelist")
    link = reverse(address)
    return {"title": title, "icon": icon, "link": link, "active": partial(_is_at, link)}


def _is_at(link: str, request: HttpRequest) -> bool:
    """Of two pages, one of which has its address below the other's, only that one."""
    page = request.resolver_match.view_name if request.resolver_match else ""
    return link == reverse(page) if page in ADDRESSES.values() else request.path.startswith(link)


def _sees(request: HttpRequest, page: Page) -> bool:
    app, model = page[2].split(".")
    if not admin.site.is_registered(apps.get_model(app, model)):
        return False
    return any(request.user.has_perm(f"{app}.{verb}_{model}") for verb in ("view", "change"))
