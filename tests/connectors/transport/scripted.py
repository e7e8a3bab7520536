"""A server that answers as a test says, and a transport that takes no pauses."""

import socket
import struct
import threading
from http.server import BaseHTTPRequestHandler

import pytest

from connectors.transport.errors import SourceFailed
from connectors.transport.http import Transport
from connectors.transport.network import NetworkPolicy
from tests.connectors import loopback
from tests.connectors.loopback import Authority, Seen, answer

JSON = "application/json"


class Scripted:
    """Answers one after the other; the last one stays."""

    def __init__(self, *steps: loopback.Script) -> None:
        self._steps = list(steps)
        self._lock = threading.Lock()

    def __call__(self, handler: BaseHTTPRequestHandler, seen: Seen) -> None:
        with self._lock:
            step = self._steps.pop(0) if len(self._steps) > 1 else self._steps[0]
        step(handler, seen)


def gives(status: int = 200, body: bytes = b'{"value":[]}', **headers: str) -> loopback.Script:
    return lambda handler, seen: answer(handler, status, body, **headers)


def resets(handler: BaseHTTPRequestHandler, seen: Seen) -> None:
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()
    handler.close_connection = True


class Bench:
    """A transport that trusts the test authority and notes its pauses instead of taking them."""

    def __init__(self, authority: Authority) -> None:
        self._authority = authority
        self.pauses: list[float] = []

    def transport(self, **settings: object) -> Transport:
        known = {"ca_bundle": self._authority.bundle, "sleep": self.pauses.append}
        return Transport(NetworkPolicy(**{**known, **settings}))  # type: ignore[arg-type]


def failure(transport: Transport, url: str, **asked: object) -> SourceFailed:
    with transport, pytest.raises(SourceFailed) as caught:
        transport.get(url, **asked)  # type: ignore[arg-type]
    assert caught.value.remedy
    assert "\n" not in caught.value.reason
    return caught.value
