"""Who may do what, and what runs when: changed in the admin by pages of other packages, with a record of each change.

Records name people by number, and say of passwords, names and arguments only whether they changed.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.contrib.auth.models import Group, Permission, User
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django_celery_beat.models import PeriodicTask

from events.admin.audited import AuditedPages
from events.admin.base import user_of
from events.audit.record import record
from events.who import Actor

Told = dict[str, Any]
BEFORE = "audited"


class State(NamedTuple):
    """`told` goes into the record; of each of `hidden`, only whether it changed."""

    told: Told
    hidden: Mapping[str, Any]

    def since(self, before: "State | None") -> Told:
        """What the record says after a change."""
        if before is None:
            return self.told
        changed = {f"{name}_changed": value != before.hidden[name] for name, value in self.hidden.items()}
        return {**self.told, **changed}


class AuditedAdmin(AuditedPages):
    """A mixin of ModelAdmin: what is saved or deleted on its pages leaves a record. `told_of` says what of a row."""

    model: type[Model]
    opts: Any
    told_of: Callable[[Any], Told]
    hidden: Mapping[str, Sequence[str]] = {}
    """Members of which the record says only whether they changed, under one name for several."""

    @property
    def audit_subject(self) -> str:  # type: ignore[override]
        return str(self.opts.verbose_name_raw)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        vars(request)[BEFORE] = self._states([obj.pk]).get(obj.pk) if change else None
        super().save_model(request, obj, form, change)  # type: ignore[misc]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)  # type: ignore[misc]
        pk, before = form.instance.pk, vars(request)[BEFORE]
        self._record("changed" if change else "created", pk, before, self._states([pk])[pk], by=user_of(request))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.delete_queryset(request, self.model._default_manager.filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> None:
        gone = self._states(queryset.values_list("pk", flat=True))
        super().delete_queryset(request, queryset)  # type: ignore[misc]
        for pk, state in gone.items():
            self._record("deleted", pk, state, None, by=user_of(request))

    @contextmanager
    def changing(self, request: HttpRequest, rows: "QuerySet[Any]") -> Iterator[None]:
        """A record for each row that is another after than it was before."""
        with transaction.atomic():
            before = self._states(rows.values_list("pk", flat=True))
            yield
            for pk, state in self._states(before).items():
                if state != before[pk]:
                    self._record("changed", pk, before[pk], state, by=user_of(request))

    def _states(self, keys: Any) -> dict[Any, State]:
        """By primary key, and locked to the end of the transaction."""
        rows: QuerySet[Model] = self.model._default_manager.filter(pk__in=list(keys)).order_by("pk")
        return {row.pk: self._state(row) for row in rows.select_for_update(no_key=True)}

    def _state(self, row: Any) -> State:
        hidden = {name: [getattr(row, member) for member in members] for name, members in self.hidden.items()}
        return State(type(self).told_of(row), hidden)

    def _record(self, verb: str, pk: Any, before: State | None, after: State | None, *, by: Actor) -> None:
        subject = self.audit_subject
        told = after.since(before) if after else None
        record(f"{subject.replace(' ', '_')}.{verb}", subject, pk, before=before and before.told, after=told, by=by)


def told_of_user(user: User) -> Told:
    return {
        "active": user.is_active,
        "staff": user.is_staff,
        "superuser": user.is_superuser,
        "groups": list(user.groups.order_by("pk").values_list("pk", flat=True)),
        "permissions": _permissions(user.user_permissions.all()),
    }


def told_of_group(group: Group) -> Told:
    return {"name": group.name, "permissions": _permissions(group.permissions.all())}


def told_of_task(task: PeriodicTask) -> Told:
    schedule = task.interval or task.crontab or task.solar or task.clocked
    members = ("name", "task", "enabled", "one_off", "queue", "priority", "expires", "expire_seconds", "start_time")
    return {**{name: getattr(task, name) for name in members}, "schedule": str(schedule)}


def told_of_schedule(schedule: Model) -> Told:
    return {one.name: getattr(schedule, one.name) for one in schedule._meta.concrete_fields if not one.primary_key}


@contextmanager
def password_audited(user_id: int, *, by: Actor) -> Iterator[None]:
    """A transaction in which somebody may change a password, with a record if they did."""
    hashes = User.objects.filter(pk=user_id).values_list("password", flat=True)
    with transaction.atomic():
        before = hashes.first()
        yield
        if hashes.first() != before:
            record("user.password_changed", "user", user_id, by=by)


def _permissions(held: "QuerySet[Permission]") -> list[str]:
    pairs = held.values_list("content_type__app_label", "codename")
    return sorted(f"{app}.{codename}" for app, codename in pairs)
