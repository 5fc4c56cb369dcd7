"""Patterns with `*` as conditions in SQL; every other character stands for itself."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Lookup
from django.db.models.sql.compiler import SQLCompiler

# Any character but a backslash, which databases and drivers read in ways of their own.
ESCAPE = "!"


def like_pattern(pattern: str) -> str:
    for special in (ESCAPE, "%", "_"):
        pattern = pattern.replace(special, ESCAPE + special)
    return pattern.replace("*", "%")


def glob_pattern(pattern: str) -> str:
    return pattern.replace("[", "[[]").replace("?", "[?]")


class _Like(Lookup):
    lookup_name = "wildcard"

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[str | int, ...]]:
        left, before = self.process_lhs(compiler, connection)
        right, after = self.process_rhs(compiler, connection)
        return f"{left} LIKE {right} ESCAPE '{ESCAPE}'", (*before, *after)


class _Glob(Lookup):
    """SQLite's LIKE takes upper and lower case for the same."""

    lookup_name = "wildcard"

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[str | int, ...]]:
        left, before = self.process_lhs(compiler, connection)
        right, after = self.process_rhs(compiler, connection)
        return f"{left} GLOB {right}", (*before, *after)


def matches(field: str, pattern: str, vendor: str) -> "Lookup[Any]":
    """A condition for `filter()`: the text of `field` is of this pattern."""
    if vendor == "sqlite":
        return _Glob(F(field), glob_pattern(pattern))
    return _Like(F(field), like_pattern(pattern))
