"""The demo's API, as scripts use it: what a journey finds when it begins, and what became of it when it ends."""

import copy
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

import requests

from tests.quickstart.demo_run import environment

SECONDS = 30.0
POLL_SECONDS = 0.1
# One rule of the demo wants it, all the time.
PROBE = "com.foundry.oms.action.probed"
EVENTS = "application/cloudevents-batch+json"


class Demo:
    """What runs: its addresses, its login, and its API with a key for everything."""

    def __init__(self, checkout: Path) -> None:
        services = json.loads((checkout / ".quickstart" / "services.json").read_text())
        self.checkout = checkout
        self.web: str = services["web"].rstrip("/")
        self.username: str = services["admin"]["username"]
        self.password: str = services["admin"]["password"]
        self.nats: str = services["nats"]
        self.aws: str = services["aws"]
        self.bus: str = services["event_bus"]
        self._key: str = services["api_key"]

    def seen_by(self, *, web: str = "", key: str = "") -> Self:
        """The same demo at another address, or for the holder of another key."""
        other = copy.copy(self)
        other.web, other._key = web or self.web, key or self._key
        return other

    def manage(self, *words: str) -> str:
        """What `manage.py` with these words says on stdout, in a shell that was told where the demo is."""
        answer = subprocess.run(
            ["/bin/sh", "-c", '. .quickstart/env.sh && exec "$0" manage.py "$@"', sys.executable, *words],
            cwd=self.checkout, env=environment(), capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert answer.returncode == 0, f"{words}: {answer.returncode} {answer.stdout} {answer.stderr}"
        return answer.stdout

    def api(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The answer's JSON, of a call to /api/v1; header names with _ for -."""
        answer = self.ask(method, path, body, **headers)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
        """The answer as it is, which may be a refusal."""
        sent = {
            "Authorization": f"Bearer {self._key}",
            **{name.replace("_", "-"): text for name, text in headers.items()},
        }
        return requests.request(method, f"{self.web}/api/v1{path}", json=body, headers=sent, timeout=10)

    def post(self, event_id: str, type_: str, **attributes: object) -> str:
        """Hand an event in; the id of its entry."""
        return self.post_all([cloud_event(event_id, type_, **attributes)])[0]

    def post_all(self, events: Sequence[dict[str, object]]) -> list[str]:
        """The ids of their entries."""
        accepted = self.api("POST", "/events", list(events), Content_Type=EVENTS)["events"]
        return [one["id"] for one in accepted]

    def event(self, entry: str) -> dict[str, Any]:
        found: dict[str, Any] = self.api("GET", f"/events/{entry}")
        return found

    def receivers(self, entry: str) -> list[str]:
        """The destinations that have the event, once all of it is delivered."""
        self.wait_for(entry, "delivered")
        return sorted(one["destination"] for one in self.event(entry)["deliveries"])

    def wait_for(self, entry: str, state: str) -> None:
        eventually(lambda: self.event(entry)["state"] == state, f"event {entry} is not {state}")

    def wait_until_taken_up(self, entry: str) -> None:
        """Until the relay has tried it, or has found that it must wait."""
        eventually(lambda: bool(self.event(entry)["deliveries"]), f"nobody takes event {entry} up")

    def named(self, what: str, name: str) -> dict[str, Any]:
        """A rule or a destination."""
        found: dict[str, Any] = next(one for one in self.api("GET", f"/{what}")["items"] if one["name"] == name)
        return found

    def add_destination(self, name: str, like: str, **changes: object) -> dict[str, Any]:
        """One more at the same server; `changes` are settings of its config, or of its retries."""
        model = self.named("destinations", like)
        retries = {name: changes.pop(name) for name in [*changes] if name in model}
        body = {"name": name, "kind": model["kind"], "config": {**model["config"], **changes}, **retries}
        made: dict[str, Any] = self.api("POST", "/destinations", body)
        return made

    def add_rule(self, name: str, pattern: str, *destinations: str, **changes: object) -> dict[str, Any]:
        targets = [{"name": one} for one in destinations]
        body = {"name": name, "type_pattern": pattern, "strategy": "ALL", "priority": 1000, "destinations": targets}
        made: dict[str, Any] = self.api("POST", "/rules", {**body, **changes})
        return made

    def change(self, what: str, id_: int, **changes: object) -> None:
        """Set something of a rule or a destination, whatever its revision is; of a config all of it."""
        shown = self.api("GET", f"/{what}/{id_}")
        self.api("PUT", f"/{what}/{id_}", {**shown, **changes}, If_Match=f'"r{shown["revision"]}"')

    def enlarge(self, name: str, max_entry_bytes: int, probe: str) -> None:
        """Let a destination take larger entries; `probe` is one too large so far, delivered when workers know."""
        known = self.named("destinations", name)
        self.change("destinations", known["id"], config={**known["config"], "max_entry_bytes": max_entry_bytes})
        eventually(lambda: self._redriven(probe), f"event {probe} is still too large")

    def _redriven(self, entry: str) -> bool:
        dead = [one["id"] for one in self.event(entry)["deliveries"] if one["state"] == "dead"]
        for id_ in dead:
            self.api("POST", f"/dead-letters/{id_}/redrive")
        return not dead and bool(self.event(entry)["state"] == "delivered")

    def remove_rule(self, id_: int) -> None:
        shown = self.api("GET", f"/rules/{id_}")
        self.api("DELETE", f"/rules/{id_}", If_Match=f'"r{shown["revision"]}"')

    def publish(self) -> None:
        """Publish the rules, if they differ from what is published, and see that they are used."""
        if self.api("GET", "/tables/draft")["differs"]:
            self.api("POST", "/tables/publish", {"note": "For a journey"})
            self.wait_until_used()

    def wait_until_used(self) -> None:
        """Workers look for a new table twice a second: until an event goes by the newest."""
        newest = self.api("GET", "/tables/newest")["version"]
        eventually(lambda: self._table_of_an_event() == newest, f"no event goes by v{newest}")

    def _table_of_an_event(self) -> int:
        entry = self.post(str(uuid4()), PROBE)
        self.wait_for(entry, "delivered")
        version: int = self.event(entry)["deliveries"][0]["table_version"]
        return version


def cloud_event(event_id: str, type_: str, **attributes: object) -> dict[str, object]:
    return {"specversion": "1.0", "id": event_id, "source": "/oms/main", "type": type_, "data": {}, **attributes}


def eventually(holds: Callable[[], bool], otherwise: str) -> None:
    deadline = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < deadline, otherwise
        time.sleep(POLL_SECONDS)
