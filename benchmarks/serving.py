"""What the servers of the benchmarks have in common: the simulated tenant behind a socket."""

import secrets
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from starlette.applications import Starlette

from auditor.demo import graph, sign_in, web_api
from auditor.demo.authority import write_private
from auditor.demo.faults import Faults
from auditor.demo.organisation import Organisation
from auditor.demo.rows import stable_id
from auditor.demo.state import TenantState


class TenantServer:
    """Reads requests over TLS, each connection in a thread of its own, until the process ends.

    The client's secret lies in `directory`, in the file `secret`. `state` is that of the tenant
    whose `application` answers what `answer` hands on.
    """

    def __init__(
        self,
        directory: Path,
        own: Organisation,
        listening: socket.socket,
        base_url: str,
        server_certificate: Path,
        client_certificate: Callable[[], Path],
    ) -> None:
        self._socket = listening
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(server_certificate)
        secret = secrets.token_urlsafe(24)
        write_private(directory / "secret", secret.encode())
        self.state = TenantState(
            organisation=own,
            base_url=base_url,
            directory=directory,
            client_id=stable_id("application", own.name),
            client_secret=secret,
            binding_digest=b"",
            faults=Faults(),
            client_certificate=client_certificate,
        )
        refuse = web_api.refuse_without_bearer(self.state)
        self.application = Starlette(
            routes=[
                *web_api.routes(self.state, refuse),
                *sign_in.routes(self.state),
                *graph.routes(self.state),
            ]
        )

    def answer(
        self, address: str, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> bytes:
        """The whole answer to a request that came to this address of the server."""
        raise NotImplementedError

    def serve(self) -> None:
        """Answer each connection in a thread of its own."""
        while True:
            connection, _ = self._socket.accept()
            threading.Thread(target=self._converse, args=(connection,), daemon=True).start()

    def _converse(self, plain: socket.socket) -> None:
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        address = plain.getsockname()[0]
        try:
            with self._context.wrap_socket(plain, server_side=True) as connection:
                stream = connection.makefile("rb")
                while (request := _read(stream)) is not None:
                    connection.sendall(self.answer(address, *request))
        except OSError:
            return


def _read(stream: Any) -> tuple[str, str, dict[str, str], bytes] | None:
    first = stream.readline().split()
    if len(first) != 3:
        return None
    headers = {}
    while (line := stream.readline().strip()) != b"":
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.strip().lower()] = value.strip()
    body = stream.read(int(headers.get("content-length", "0")))
    return first[0].decode(), first[1].decode(), headers, body


async def called(
    application: Starlette, method: str, target: str, headers: Mapping[str, str], body: bytes
) -> tuple[int, bytes]:
    """The status and the bytes of the answer that the application gives."""
    path, _, query = target.partition("?")
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "path": unquote(path),
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "scheme": "https",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    await application(scope, receive, send)
    content = b"".join(message.get("body", b"") for message in sent[1:])
    head = b"HTTP/1.1 %d Answer\r\n" % sent[0]["status"]
    for name, value in sent[0]["headers"]:
        if name != b"content-length":
            head += name + b": " + value + b"\r\n"
    return sent[0]["status"], head + b"content-length: %d\r\n\r\n" % len(content) + content
