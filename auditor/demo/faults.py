"""Faults of the simulated tenant: what a real network, proxy or server may do to an answer."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, MutableMapping
from fnmatch import fnmatchcase
from typing import Any, Literal

import msgspec
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from auditor.demo.organisation import Depth
from auditor.demo.spoiled import spoil

FaultKind = Literal[
    "throttled",
    "server-error",
    "unauthorized",
    "expired",
    "forbidden",
    "html",
    "redirected",
    "reset",
    "truncated",
    "truncated-gzip",
    "slow",
    "foreign-next-link",
    "looping-next-link",
    "spoiled",
]
_HTML = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Proxy sign-in</body></html>"


class Fault(msgspec.Struct):
    """One fault: what happens to requests whose path meets the pattern, and how often.

    `path` is a shell pattern over the decoded path; `times` None means for ever. `retry_after`
    is sent with 429 and 503 as it stands; `seconds` is how long a slow answer waits; `location`
    is where a redirect or a foreign next link points to; `status` replaces a server error's 503;
    `how` is what is done to a spoiled answer, a key of `spoiled.SPOILED`. `expired` ends every
    token that was issued, and answers the request as it then must.
    """

    kind: FaultKind
    path: str = "*"
    times: int | None = None
    retry_after: str | None = "1"
    seconds: float = 0.0
    location: str = "https://elsewhere.example/"
    status: int = 503
    how: str = ""


class Faults(msgspec.Struct):
    """Every switch, changeable while the tenant runs.

    `denied_tables` and `depths` are by entity set; `missing_columns` and `secured_columns` are
    by entity set, logical names; `denied_permissions` are permissions of Graph, of Exchange, or
    single cmdlets that the auditor lacks. `extra_permissions` are privileges and permissions that
    it has and does not need. `expired_tokens` is how many of the next tokens are refused by the
    resource; `latency_s` delays every answer. `name_server` is how the name server fails, a key of
    `dns.FAILING`, and `mail_servers` how every mail server does, one of `mail_servers.FAILING`.
    """

    answers: list[Fault] = msgspec.field(default_factory=list)
    denied_tables: set[str] = msgspec.field(default_factory=set)
    depths: dict[str, Depth] = msgspec.field(default_factory=dict)
    missing_columns: dict[str, set[str]] = msgspec.field(default_factory=dict)
    secured_columns: dict[str, set[str]] = msgspec.field(default_factory=dict)
    denied_permissions: set[str] = msgspec.field(default_factory=set)
    extra_permissions: set[str] = msgspec.field(default_factory=set)
    expired_tokens: int = 0
    latency_s: float = 0.0
    name_server: str = ""
    mail_servers: str = ""

    def add(self, fault: Fault) -> None:
        """Switch one more fault on."""
        self.answers.append(fault)

    def clear(self) -> None:
        """Switch every fault off."""
        fresh = Faults()
        for name in self.__struct_fields__:
            setattr(self, name, getattr(fresh, name))

    def take(self, path: str, *kinds: FaultKind) -> Fault | None:
        """Give the first fault of these kinds that meets a path, counting it down."""
        for fault in self.answers:
            if fault.kind in kinds and fault.times != 0 and fnmatchcase(path, fault.path):
                if fault.times is not None:
                    fault.times -= 1
                return fault
        return None


Answerer = Callable[[Scope, Receive, Send], Awaitable[None]]


class FaultyApplication:
    """Lets every request pass through the faults before and after the application proper."""

    def __init__(
        self, application: ASGIApp, faults: Callable[[], Faults], expire: Callable[[], None]
    ) -> None:
        self._application = application
        self._faults = faults
        self._expire = expire

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, spoiled where a fault says so."""
        faults = self._faults()
        path = scope["path"]
        if faults.latency_s:
            await asyncio.sleep(faults.latency_s)
        if slow := faults.take(path, "slow"):
            await asyncio.sleep(slow.seconds)
        if faults.take(path, "expired"):
            self._expire()
        instead = faults.take(
            path, "throttled", "server-error", "unauthorized", "forbidden", "html", "redirected"
        )
        if instead is not None:
            await _answer_instead(instead, send)
            return
        if spoiled := faults.take(path, "spoiled"):
            await spoil(spoiled.how, self._application, scope, receive, send)
            return
        cut = faults.take(path, "reset", "truncated", "truncated-gzip")
        if cut is None:
            await self._application(scope, receive, send)
            return
        await _cut_short(cut, self._application, scope, receive, send)


async def _answer_instead(fault: Fault, send: Send) -> None:
    kind = b"application/json; odata.metadata=minimal"
    headers: list[tuple[bytes, bytes]] = []
    status, body = fault.status, b'{"error":{"code":"","message":"Service unavailable."}}'
    if fault.kind == "throttled":
        status = 429
        body = (
            b'{"error":{"code":"0x80072322","message":"Number of requests exceeded the limit of '
            b'6000 over time window of 300 seconds."}}'
        )
    elif fault.kind == "unauthorized":
        status, body = 401, b""
        headers.append((b"www-authenticate", b'Bearer error="invalid_token"'))
    elif fault.kind == "forbidden":
        status = 403
        body = b'{"error":{"code":"0x80042f09","message":"The user is not a member."}}'
    elif fault.kind == "html":
        status, kind, body = 200, b"text/html; charset=utf-8", _HTML
    elif fault.kind == "redirected":
        status, body = 302, b""
        headers.append((b"location", fault.location.encode()))
    if fault.kind in ("throttled", "server-error") and fault.retry_after is not None:
        headers.append((b"retry-after", fault.retry_after.encode()))
    headers += [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _cut_short(
    fault: Fault, application: ASGIApp, scope: Scope, receive: Receive, send: Send
) -> None:
    start: MutableMapping[str, Any] = {}
    body = bytearray()

    async def keep(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        else:
            body.extend(message.get("body", b""))

    await application(scope, receive, keep)
    half = bytes(body[: len(body) // 2])
    headers = [pair for pair in start["headers"] if pair[0].lower() != b"content-length"]
    whole = fault.kind == "truncated-gzip"
    length = len(half) if whole else len(body)
    headers.append((b"content-length", str(length).encode()))
    await send({**start, "headers": headers})
    await send({"type": "http.response.body", "body": half, "more_body": not whole})
    if not whole:
        _break_connection(send, reset=fault.kind == "reset")


def _break_connection(send: Send, *, reset: bool) -> None:
    transport = send.__self__.transport  # type: ignore[attr-defined]
    if reset:
        # Linger of zero makes the kernel send RST in place of an orderly end.
        raw = transport.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        transport.abort()
    else:
        transport.close()
