"""The fixtures of ingest."""

from tests.events.conftest import hints, poster

__all__ = ["hints", "poster"]
