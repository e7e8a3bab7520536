"""A server of pages as a process of its own: the simulated tenant's answers, each made once.

Pages of tables are kept as they left, compressed, so that serving them costs next to nothing. The
address `/benchmark/latency/MILLISECONDS` sets how long every further answer is held back.
"""

import argparse
import asyncio
import gzip
import secrets
import socket
import ssl
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import msgspec
import tomlkit
from starlette.applications import Starlette

from auditor.demo import sign_in, web_api
from auditor.demo.authority import CertificateAuthority, write_private
from auditor.demo.faults import Faults
from auditor.demo.rows import stable_id
from auditor.demo.state import TenantState
from benchmarks import accounts
from benchmarks.population import organisation
from benchmarks.server import LATENCY, Server

_KEPT = ("/mailboxes?", "/systemusers?", "/queues?")


class PageServer:
    """Answers on loopback until the process ends."""

    def __init__(
        self, directory: Path, mailboxes: int, configurations: int, accounts_there: int = 0
    ) -> None:
        authority = CertificateAuthority(directory)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(authority.issue_server())
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=128)
        secret = secrets.token_urlsafe(24)
        write_private(directory / "secret", secret.encode())
        self._accounts = accounts_there
        own = organisation(mailboxes, configurations)
        self._state = TenantState(
            organisation=own,
            base_url=f"https://127.0.0.1:{self._socket.getsockname()[1]}",
            directory=directory,
            client_id=stable_id("application", own.name),
            client_secret=secret,
            binding_digest=b"",
            faults=Faults(),
            client_certificate=authority.issue_client,
        )
        refuse = web_api.refuse_without_bearer(self._state)
        routes = [*web_api.routes(self._state, refuse), *sign_in.routes(self._state)]
        self._application = Starlette(routes=routes)
        self._answers: dict[str, bytes] = {}
        self._latency_s = 0.0
        self.described = Server(
            url=self._state.url,
            tenant_id=self._state.tenant_id,
            client_id=self._state.client_id,
            client_secret_file=str(directory / "secret"),
            ca_bundle=str(authority.bundle),
            configuration=str(directory / "auditor.toml"),
        )
        write_private(directory / "auditor.toml", self._configuration().encode())

    def _configuration(self) -> str:
        server = self.described
        microsoft_365: dict[str, Any] = {}
        if self._accounts:
            exchange_online = {"url": server.url, "tenant": server.tenant_id, "cmdlets": True}
            microsoft_365 = {"graph": {"url": server.url}, "exchange_online": exchange_online}
        return tomlkit.dumps(
            {
                "environments": {
                    "benchmark": {
                        **microsoft_365,
                        "url": server.url,
                        "auth": {
                            "method": "client-secret",
                            "tenant": server.tenant_id,
                            "client_id": server.client_id,
                            "client_secret": f"file:{server.client_secret_file}",
                            "authority": server.url,
                        },
                    }
                },
                "tls": {"ca_bundle": f"file:{server.ca_bundle}"},
            }
        )

    def serve(self) -> None:
        """Answer each connection in a thread of its own."""
        while True:
            connection, _ = self._socket.accept()
            threading.Thread(target=self._converse, args=(connection,), daemon=True).start()

    def _converse(self, plain: socket.socket) -> None:
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            with self._context.wrap_socket(plain, server_side=True) as connection:
                stream = connection.makefile("rb")
                while (request := _read(stream)) is not None:
                    connection.sendall(self._answer(*request))
        except OSError:
            return

    def _answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> bytes:
        if target.startswith(LATENCY):
            self._latency_s = int(target.removeprefix(LATENCY)) / 1000
            return b"HTTP/1.1 204 No Content\r\n\r\n"
        if self._latency_s and "/api/data/" in target:
            time.sleep(self._latency_s)
        is_page = method == "GET" and any(part in target for part in _KEPT)
        if is_page and "authorization" in headers and target in self._answers:
            return self._answers[target]
        if self._accounts and target.startswith(accounts.PREFIXES):
            key = target + body.decode()
            if key not in self._answers:
                page = accounts.page_of(self._accounts, self._state.base_url, target, body)
                assert page is not None
                self._answers[key] = _packed(page)
            return self._answers[key]
        status, answer = asyncio.run(_called(self._application, method, target, headers, body))
        # That there are too many rows to count is an answer that stays, too.
        if is_page and status in (200, 400):
            self._answers[target] = answer
        return answer


def _packed(body: bytes) -> bytes:
    compressed = gzip.compress(body, 6)
    head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\n"
    return head.encode() + b"content-length: %d\r\n\r\n" % len(compressed) + compressed


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


async def _called(
    application: Starlette, method: str, target: str, headers: dict[str, str], body: bytes
) -> tuple[int, bytes]:
    """The status and the bytes of the answer that the application gives."""
    from urllib.parse import unquote

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


def main() -> None:
    """Serve until killed; the first line on standard output describes the server."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--mailboxes", type=int, required=True)
    parser.add_argument("--configurations", type=int, default=200)
    parser.add_argument("--accounts", type=int, default=0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="benchmark-") as directory:
        server = PageServer(Path(directory), asked.mailboxes, asked.configurations, asked.accounts)
        sys.stdout.write(msgspec.json.encode(server.described).decode() + "\n")
        sys.stdout.flush()
        server.serve()


if __name__ == "__main__":
    main()
