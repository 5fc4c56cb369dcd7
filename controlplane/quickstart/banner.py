"""What the person at the terminal sees when all is ready, and what scripts read."""

import json
import shlex
from typing import Any

from controlplane.quickstart.demo import STREAM, Demo
from controlplane.quickstart.servers import BUS, Servers

# Goes to both platforms by the first of the demo's rules.
EVENT_TYPE = "com.foundry.oms.schema.created"
RULE = "=" * 100


def services(web: str, servers: Servers, database: str, demo: Demo) -> dict[str, Any]:
    """The content of services.json."""
    return {
        "web": web,
        **servers.urls(),
        "database": database,
        "admin": {"username": demo.username, "password": demo.password},
        "api_key": demo.api_key,
        "event_bus": BUS,
        "stream": STREAM,
    }


def curl(web: str, api_key: str) -> str:
    """A line for a shell that posts an event; another one each time it is pasted, by its id."""
    before, after = json.dumps(
        {
            "specversion": "1.0",
            "id": "demo-ID",
            "source": "/oms/main",
            "type": EVENT_TYPE,
            "partitionkey": "Employee",
            "data": {"rid": "ri.ontology.main.schema.8f4f0f5e-5c0a-4d57-9b3e-2a4c1d6e7f80", "apiName": "Employee"},
        }
    ).split("ID", 1)
    body = f"{shlex.quote(before)}$(date +%s)-$$-$(od -An -N4 -tx4 /dev/urandom | tr -d ' '){shlex.quote(after)}"
    headers = f"-H 'Authorization: Bearer {api_key}' -H 'Content-Type: application/cloudevents+json'"
    return f"curl -sS -w '\\n' -X POST {web}/api/v1/events {headers} -d {body}"


def banner(web: str, servers: Servers, demo: Demo) -> str:
    password = demo.password or "the one you have set"
    return "\n".join(
        [
            RULE,
            f"  Ready: {web}/admin/   log in as {demo.username} with the password {password}",
            f"  NATS {servers.nats} (stream {STREAM})   EventBridge {servers.aws} (bus {BUS})   Redis {servers.redis}",
            "  All of this is in .quickstart/services.json. Ctrl-C stops everything; `make reset` removes the data.",
            "  Post an event:",
            "",
            curl(web, demo.api_key),
            "",
            f"  and see what became of it: {web}/admin/events/outboxentry/",
            "  Or in a shell: . .quickstart/env.sh; .venv/bin/python manage.py tail   (status, publish_event, doctor)",
            RULE,
        ]
    )
