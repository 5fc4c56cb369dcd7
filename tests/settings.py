"""Settings of the test suite: the product's own, with what tests must not read from the machine they run on."""

import os

# A private PostgreSQL, whose address tests/conftest.py fills in when the first test needs a database.
PRIVATE_POSTGRES = "postgres://postgres@127.0.0.1:1/postgres"

os.environ["ENVIRONMENT"] = "development"
os.environ["SECRET_KEY"] = "tests-only"
os.environ["DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL", PRIVATE_POSTGRES)
os.environ["REDIS_URL"] = os.environ["CELERY_BROKER_URL"] = "redis://127.0.0.1:1/0"

from controlplane.settings import *  # noqa: E402, F403
from controlplane.settings import DATABASES  # noqa: E402

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file: the default, in memory, cannot be shared between processes and locks in another way.
    DATABASES["default"]["TEST"] = {"NAME": f"{DATABASES['default']['NAME']}.test"}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SECURE_SSL_REDIRECT = False
MEMORY_DESTINATIONS = True
# Files are looked for when asked for, not listed whenever a test makes a client.
WHITENOISE_AUTOREFRESH = True
