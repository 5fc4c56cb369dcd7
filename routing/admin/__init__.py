"""Admin pages of routing. Importing a module registers its pages."""

from routing.admin import delivery, destination, entry, rule, table, unrouted

__all__ = ["delivery", "destination", "entry", "rule", "table", "unrouted"]
