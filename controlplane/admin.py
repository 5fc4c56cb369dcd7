"""Pages of other packages in the product's theme, without which their fields have no frame; and who drains."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django_celery_beat.admin import PeriodicTaskAdmin as BeatTaskAdmin
from django_celery_beat.admin import PeriodicTaskForm, TaskSelectWidget
from django_celery_beat.models import ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from controlplane.audited import (
    AuditedAdmin,
    password_audited,
    told_of_group,
    told_of_schedule,
    told_of_task,
    told_of_user,
)
from events.admin.base import ReadOnlyAdmin, user_of
from routing.models import RelayWorker

admin.site.unregister([User, Group, PeriodicTask, IntervalSchedule, CrontabSchedule, ClockedSchedule, SolarSchedule])


TURNED = ("enable_tasks", "disable_tasks", "toggle_tasks")
"""Acts on a selection that change tasks; to run one does not."""


@admin.register(User)
class UserAdmin(AuditedAdmin, DjangoUserAdmin, ModelAdmin):  # type: ignore[misc, type-arg]
    # Labels above: two lists of permissions side by side take the whole width.
    compressed_fields = False
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    told_of = staticmethod(told_of_user)
    hidden = {"password": ("password",), "name_or_email": ("username", "first_name", "last_name", "email")}

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        with password_audited(getattr(self.get_object(request, id), "pk", 0), by=user_of(request)):
            answer: HttpResponse = super().user_change_password(request, id, form_url)
        return answer


@admin.register(Group)
class GroupAdmin(AuditedAdmin, DjangoGroupAdmin, ModelAdmin):  # type: ignore[misc]
    compressed_fields = False
    told_of = staticmethod(told_of_group)


class TaskSelect(UnfoldAdminSelectWidget, TaskSelectWidget):  # type: ignore[misc]
    """The names of our tasks."""


class TaskForm(PeriodicTaskForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["task"].widget = UnfoldAdminTextInputWidget()
        self.fields["regtask"].widget = TaskSelect()


@admin.register(PeriodicTask)
class PeriodicTaskAdmin(AuditedAdmin, BeatTaskAdmin, ModelAdmin):  # type: ignore[misc]
    form = TaskForm
    # The package's own has a script in it, which our policy for pages does not let run.
    change_form_template = "admin/change_form.html"
    list_display = ("name", "enabled", "scheduler", "last_run_at")
    told_of = staticmethod(told_of_task)
    hidden = {"arguments": ("args", "kwargs", "headers")}

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Its package offers to run and to disable tasks to everybody who may look at them."""
        offered = super().get_actions(request) if self.has_change_permission(request) else {}
        return {
            name: (self._audited(act) if name in TURNED else act, *named) for name, (act, *named) in offered.items()
        }

    def _audited(self, act: Callable[..., Any]) -> Callable[..., Any]:
        def audited(page: Any, request: HttpRequest, rows: "QuerySet[PeriodicTask]") -> Any:
            with self.changing(request, rows):
                return act(page, request, rows)

        return audited


@admin.register(IntervalSchedule, CrontabSchedule, ClockedSchedule, SolarSchedule)
class ScheduleAdmin(AuditedAdmin, ModelAdmin):  # type: ignore[misc]
    told_of = staticmethod(told_of_schedule)


@admin.register(RelayWorker)
class RelayWorkerAdmin(ReadOnlyAdmin):
    """The processes that drain; one that has died stays until its successor clears it away."""

    list_display = ("name", "started_at", "alive_until")
    fields = ("name", "token", "started_at", "alive_until")
    readonly_fields = ("alive_until",)
    ordering = ("-started_at",)
    empty_note = "No worker is draining: events are accepted, and wait. Start one with `celery -A controlplane worker`."

    @admin.display(description="Alive until", ordering="expires_at")
    def alive_until(self, worker: RelayWorker) -> Any:
        return worker.expires_at
