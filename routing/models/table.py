"""Published routing: immutable, numbered snapshots of the enabled rules."""

from django.db import models

from events.models import Published


class RoutingTable(Published):
    """The rules of one moment, in the order they are tried. Workers go by the newest."""

    note = models.TextField(blank=True)
