"""Many small questions to servers that take their time: batches of Microsoft Graph, name servers.

    python -m benchmarks.many_questions

Prints one line of JSON for each: how long it took by the clock, and its processor time.
"""

import json
import ssl
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import requests
import trustme

from benchmarks.session import processor_s
from connectors.dns import mail_domains
from connectors.dns.names import LIFETIME_S, Names, NoAnswer
from connectors.graph.client import Graph
from connectors.graph.mailbox_settings import _QUESTION
from connectors.graph.one_by_one import ask
from connectors.sources.source import Progress
from connectors.transport.http import Transport
from connectors.transport.retries import NetworkPolicy

MAILBOXES, LATENCY_S = 5_000, 0.05
DOMAINS, SILENT_ONE_IN = 200, 8


class _Batches(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["requests"]
        parts = [
            {"id": each["id"], "status": 200, "body": {"userPurpose": "user"}} for each in asked
        ]
        body = json.dumps({"responses": parts}).encode()
        time.sleep(LATENCY_S)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


class _SignedIn(requests.auth.AuthBase):
    resource = ""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = "Bearer benchmark"
        return request

    def renew(self, refused: requests.PreparedRequest) -> bool:
        return False


class _SomeSilent(Names):
    """Name servers that answer at once, but for one domain in eight."""

    def mail_exchangers(self, domain: str) -> tuple[str, ...]:
        if int(domain.partition(".")[0][1:]) % SILENT_ONE_IN == 0:
            time.sleep(LIFETIME_S)
            raise NoAnswer("no name server answered in time")
        return ("mail.contoso.example",)


def batches() -> int:
    """Ask one thing of each mailbox, and give how many answered."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Batches)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    wanted = [(f"employee{n}@contoso.example", f"id{n}") for n in range(MAILBOXES)]
    with tempfile.TemporaryDirectory(prefix="benchmark-") as directory:
        bundle = Path(directory) / "authority.pem"
        authority.cert_pem.write_to_path(str(bundle))
        transport = Transport(NetworkPolicy(ca_bundle=bundle))
        graph = Graph(f"https://127.0.0.1:{server.server_port}", transport, _SignedIn())
        try:
            return sum(len(page.rows) for page in ask(graph, Progress(), _QUESTION, wanted))
        finally:
            server.shutdown()
            server.server_close()


def domains() -> int:
    """Look up who takes the mail of each domain, and give how many were looked up."""
    kept = [(f"d{number}.contoso.example", 1) for number in range(1, DOMAINS + 1)]
    lookups: Any = _Lookups()
    return len(mail_domains._looked_up(lookups, kept))


class _Lookups:
    names = _SomeSilent()

    def is_late(self) -> bool:
        return False


def main() -> None:
    """Measure both."""
    measured: dict[str, Callable[[], int]] = {
        f"{MAILBOXES:,} mailboxes by $batch at {LATENCY_S * 1000:.0f} ms": batches,
        f"{DOMAINS} mail domains, one in {SILENT_ONE_IN} silent": domains,
    }
    for name, run in measured.items():
        started, before_s = time.perf_counter(), processor_s()
        answered = run()
        told = {
            "name": name,
            "answered": answered,
            "seconds": round(time.perf_counter() - started, 2),
            "processor_s": round(processor_s() - before_s, 2),
        }
        sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
