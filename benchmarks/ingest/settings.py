"""The product's settings, with the views that it is compared with."""

from controlplane.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.ingest.urls"
# Plain HTTP on loopback.
SECURE_SSL_REDIRECT = False
