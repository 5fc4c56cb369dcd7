"""What every process of the demo is told: this process's environment, and where the demo's parts are."""

import os
import shlex
from collections.abc import Mapping

from controlplane.embedded.moto import CREDENTIALS
from controlplane.quickstart.folder import Folder
from controlplane.quickstart.preflight import CREDENTIALS as IDENTITIES
from controlplane.quickstart.servers import Servers

# Celery's warning to root, of messages that run code: these are JSON.
AS_ROOT = "ignore:You're running the worker with superuser privileges:UserWarning"

FOR_SHELLS = ("CELERY_BROKER_URL", "DATABASE_URL", "ENVIRONMENT", "NO_PROXY", "PII_KEK", "REDIS_URL", "SECRET_KEY")


def for_children(folder: Folder, servers: Servers) -> dict[str, str]:
    return {
        **_inherited(servers),
        "AWS_ENDPOINT_URL": servers.aws,
        "ENVIRONMENT": "development",
        "SECRET_KEY": os.environ.get("SECRET_KEY") or folder.secret_key(),
        "PII_KEK": os.environ.get("PII_KEK") or folder.key_encryption_key(),
        "REDIS_URL": servers.redis,
        "CELERY_BROKER_URL": os.environ.get("CELERY_BROKER_URL") or servers.redis,
        "LOG_FORMAT": os.environ.get("LOG_FORMAT", "text"),
        "LOG_STREAM": "stdout",
        "PROMETHEUS_MULTIPROC_DIR": str(folder.emptied("metrics")),
        # Plain http on loopback.
        "SECURE_COOKIES": "false",
        "SECURE_SSL_REDIRECT": "false",
        "NO_PROXY": "127.0.0.1,localhost",
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": AS_ROOT,
        "TMPDIR": str(folder.part("tmp")),
    }


def shell_variables(environment: Mapping[str, str]) -> str:
    """What a shell must be told for `manage.py` to find the demo, as a script to be sourced."""
    told = {name: value for name, value in environment.items() if name.startswith("AWS_") or name in FOR_SHELLS}
    return "".join(f"export {name}={shlex.quote(value)}\n" for name, value in told.items())


def _inherited(servers: Servers) -> dict[str, str]:
    """The environment; with AWS's part as it is only where it names the endpoint that the demo is to use."""
    everything = dict(os.environ)
    if servers.own_aws:
        others = {name: value for name, value in everything.items() if not name.startswith("AWS_")}
        return others | CREDENTIALS
    return everything if any(everything.get(name) for name in IDENTITIES) else CREDENTIALS | everything
