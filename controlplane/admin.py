"""Pages of other packages in the product's theme, without which their fields have no frame; and who drains."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User
from django.http import HttpRequest
from django_celery_beat.admin import PeriodicTaskAdmin as BeatTaskAdmin
from django_celery_beat.admin import PeriodicTaskForm, TaskSelectWidget
from django_celery_beat.models import ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from events.admin.base import ReadOnlyAdmin
from routing.models import RelayWorker

admin.site.unregister([User, Group, PeriodicTask, IntervalSchedule, CrontabSchedule, ClockedSchedule, SolarSchedule])


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ModelAdmin):  # type: ignore[misc, type-arg]
    # Labels above: two lists of permissions side by side take the whole width.
    compressed_fields = False
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, ModelAdmin):  # type: ignore[misc]
    compressed_fields = False


class TaskSelect(UnfoldAdminSelectWidget, TaskSelectWidget):  # type: ignore[misc]
    """The names of our tasks."""


class TaskForm(PeriodicTaskForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["task"].widget = UnfoldAdminTextInputWidget()
        self.fields["regtask"].widget = TaskSelect()


@admin.register(PeriodicTask)
class PeriodicTaskAdmin(BeatTaskAdmin, ModelAdmin):  # type: ignore[misc]
    form = TaskForm
    # The package's own has a script in it, which our policy for pages does not let run.
    change_form_template = "admin/change_form.html"
    list_display = ("name", "enabled", "scheduler", "last_run_at")

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Its package offers to run and to disable tasks to everybody who may look at them."""
        return super().get_actions(request) if self.has_change_permission(request) else {}


@admin.register(IntervalSchedule, CrontabSchedule, ClockedSchedule, SolarSchedule)
class ScheduleAdmin(ModelAdmin):  # type: ignore[misc]
    pass


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
