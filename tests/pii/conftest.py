"""Keys for tests of personal data, and the fixtures of ingest."""

from tests.events.conftest import hints, poster
from tests.pii.keys.conftest import kek

__all__ = ["hints", "kek", "poster"]
