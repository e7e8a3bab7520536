"""A server of pages as a process of its own: the simulated tenant's answers, each made once.

Pages of tables are kept as they left, compressed, so that serving them costs next to nothing. The
address `/benchmark/latency/MILLISECONDS` sets how long every further answer is held back;
`/benchmark/requests` tells how many there were.
"""

import argparse
import asyncio
import gzip
import socket
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import tomlkit

from auditor.demo.authority import CertificateAuthority, write_private
from auditor.demo.organisation import Organisation
from benchmarks import accounts
from benchmarks.population import PROFILES, organisation
from benchmarks.server import ASKED, LATENCY, Server
from benchmarks.serving import TenantServer, called

_KEPT = ("/mailboxes?", "/systemusers?", "/queues?")


class PageServer(TenantServer):
    """Answers on loopback until the process ends."""

    def __init__(self, directory: Path, own: Organisation, accounts_there: int = 0) -> None:
        authority = CertificateAuthority(directory)
        listening = socket.create_server(("127.0.0.1", 0), backlog=128)
        super().__init__(
            directory,
            own,
            listening,
            f"https://127.0.0.1:{listening.getsockname()[1]}",
            authority.issue_server(),
            authority.issue_client,
        )
        self._accounts = accounts_there
        self._answers: dict[str, bytes] = {}
        self._latency_s = 0.0
        self._asked = 0
        self.described = Server(
            url=self.state.url,
            tenant_id=self.state.tenant_id,
            client_id=self.state.client_id,
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

    def answer(
        self, address: str, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> bytes:
        """The answer that was kept, or the one that is made now."""
        if target.startswith(LATENCY):
            self._latency_s = int(target.removeprefix(LATENCY)) / 1000
            return b"HTTP/1.1 204 No Content\r\n\r\n"
        if target == ASKED:
            asked = str(self._asked).encode()
            return b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(asked), asked)
        self._asked += 1
        if self._latency_s and "/api/data/" in target:
            time.sleep(self._latency_s)
        is_page = method == "GET" and any(part in target for part in _KEPT)
        if is_page and "authorization" in headers and target in self._answers:
            return self._answers[target]
        if self._accounts and target.startswith(accounts.PREFIXES):
            key = target + body.decode()
            if key not in self._answers:
                page = accounts.page_of(self._accounts, self.state.base_url, target, body)
                assert page is not None
                self._answers[key] = _packed(page)
            return self._answers[key]
        status, answer = asyncio.run(called(self.application, method, target, headers, body))
        # That there are too many rows to count is an answer that stays, too.
        if is_page and status in (200, 400):
            self._answers[target] = answer
        return answer


def _packed(body: bytes) -> bytes:
    compressed = gzip.compress(body, 6)
    head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\n"
    return head.encode() + b"content-length: %d\r\n\r\n" % len(compressed) + compressed


def main() -> None:
    """Serve until killed; the first line on standard output describes the server."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--mailboxes", type=int, required=True)
    parser.add_argument("--configurations", type=int, default=200)
    parser.add_argument("--accounts", type=int, default=0)
    parser.add_argument("--profiles", type=int, default=PROFILES)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="benchmark-") as directory:
        own = organisation(asked.mailboxes, asked.configurations, profiles=asked.profiles)
        server = PageServer(Path(directory), own, asked.accounts)
        sys.stdout.write(msgspec.json.encode(server.described).decode() + "\n")
        sys.stdout.flush()
        server.serve()


if __name__ == "__main__":
    main()
