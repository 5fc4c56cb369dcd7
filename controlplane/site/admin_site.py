"""The admin site: the theme's, with a home page of our own and a search that neither remembers nor reads too much.

Admin modules register with it while they are imported, so it imports none of them before it is asked for something.
"""

from time import monotonic
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from unfold.sites import UnfoldAdminSite


class ControlPlaneSite(UnfoldAdminSite):  # type: ignore[misc]
    def __init__(self, name: str = "admin") -> None:
        from controlplane.site.deleting import delete_selected

        super().__init__(name)
        self.add_action(delete_selected)

    def extra_urls(self) -> list[URLPattern]:
        from controlplane.home import views

        return [
            path("live/", self.admin_view(views.live), name="live"),
            path("live/charts/", self.admin_view(views.live_charts), name="live_charts"),
        ]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        from controlplane.home.page import home

        request.current_app = self.name
        template, shown = home(request)
        context = {**self.each_context(request), "title": "Home", **shown, **(extra_context or {})}
        return TemplateResponse(request, f"controlplane/{template}.html", context)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        from controlplane.audited import password_audited
        from events.admin.base import user_of

        user = user_of(request)
        with password_audited(user.pk, by=user):
            answer: HttpResponse = super().password_change(request, extra_context)
        return answer

    def search(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The palette. The theme's would keep what it found for five minutes, whatever is granted or revoked then."""
        from controlplane.site import palette

        begun = monotonic()
        found = palette.find(request, request.GET.get("s", "").strip())
        results = Paginator(found, palette.LIMIT)
        context = {"page_obj": results, "results": results.page(1), "page_counter": 0}
        context["execution_time"] = monotonic() - begun
        return TemplateResponse(
            request, "unfold/helpers/command_results.html", context, headers={"HX-Trigger": "search"}
        )
