"""A private stand-in for AWS (EventBridge, SQS). Its state is in memory: a restart forgets buses and queues."""

import http.client
import json
import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from controlplane.embedded.child import Sink, silent
from controlplane.embedded.errors import EmbeddedError
from controlplane.embedded.locate import moto_server
from controlplane.embedded.ports import LOOPBACK
from controlplane.embedded.server import Server

REGION = "us-east-1"
NO_HEADERS: Mapping[str, str] = MappingProxyType({})
# moto checks none of them; they keep any client from looking for real ones.
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "demo",
    "AWS_SECRET_ACCESS_KEY": "demo",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}


class MotoServer(Server):
    role = "moto"

    def __init__(self, data_dir: Path | None = None, *, port: int = 0, sink: Sink = silent) -> None:
        super().__init__(data_dir, port=port, sink=sink)
        self.binary = moto_server()

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def command(self) -> list[str]:
        return [str(self.binary), "-H", LOOPBACK, "-p", str(self.port)]

    def environment(self) -> Mapping[str, str]:
        return {**os.environ, **CREDENTIALS, "PYTHONUNBUFFERED": "1"}

    def answers(self) -> bool:
        try:
            return self._request("GET", "/moto-api/data.json") == http.client.OK
        except (OSError, http.client.HTTPException):
            return False

    def create_bus(self, name: str) -> None:
        """Make an event bus, without a client library. Raises EmbeddedError."""
        headers = {
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": "AWSEvents.CreateEventBus",
            # moto reads the region from it and checks nothing.
            "Authorization": f"AWS4-HMAC-SHA256 Credential=demo/20200101/{REGION}/events/aws4_request",
        }
        status = self._request("POST", "/", json.dumps({"Name": name}), headers)
        if status != http.client.OK:
            raise EmbeddedError(f"moto would not make the bus {name}: status {status}")

    def reset(self) -> None:
        """Forget all buses, rules and queues."""
        self._request("POST", "/moto-api/reset")

    def _request(self, method: str, path: str, body: str | None = None, headers: Mapping[str, str] = NO_HEADERS) -> int:
        # http.client and not urllib, which would ask the environment's proxy for a loopback address.
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=5.0)
        try:
            connection.request(method, path, body, dict(headers))
            return connection.getresponse().status
        finally:
            connection.close()
