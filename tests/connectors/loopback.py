"""A TLS server on loopback that answers as told, and the authority that vouches for it."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import trustme


@dataclass
class Seen:
    """One request as the server saw it, with lower-case header names."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Server:
    url: str
    seen: list[Seen] = field(default_factory=list)


Script = Callable[[BaseHTTPRequestHandler, Seen], None]


class Authority:
    """A certificate authority and what it signs, in files of a temporary directory."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._authority = trustme.CA()
        self.bundle = directory / "ca.pem"
        self._authority.cert_pem.write_to_path(self.bundle)

    def issue(self, *, name: str = "127.0.0.1", days: int = 10, own: bool = False) -> Path:
        """A file with key and certificate. `own`: signed by itself; `days` may lie in the past."""
        path = self._directory / f"{uuid4()}.pem"
        if own:
            stranger = trustme.CA()
            path.write_bytes(stranger.private_key_pem.bytes() + stranger.cert_pem.bytes())
        else:
            now = datetime.now(UTC)
            issued = self._authority.issue_cert(
                name,
                not_before=now - timedelta(days=20),
                not_after=now + timedelta(days=days),
            )
            issued.private_key_and_cert_chain_pem.write_to_path(path)
        return path


@contextmanager
def authority() -> Iterator[Authority]:
    with TemporaryDirectory() as directory:
        yield Authority(Path(directory))


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """Broken connections are what several tests are about."""


@contextmanager
def serving(script: Script, certificate: Path) -> Iterator[Server]:
    """A server that hands every request to the script."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _handle(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            seen = Seen(self.command, self.path, headers, self.rfile.read(length))
            server.seen.append(seen)
            script(self, seen)

        do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = _handle

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is printed."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    listener = _Quiet(("127.0.0.1", 0), Handler)
    # The handshake belongs to the connection's own thread, not to the accepting one.
    listener.socket = context.wrap_socket(
        listener.socket, server_side=True, do_handshake_on_connect=False
    )
    server = Server(f"https://127.0.0.1:{listener.server_port}")
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join()


def answer(
    handler: BaseHTTPRequestHandler,
    status: int = 200,
    body: bytes = b'{"value":[]}',
    content_type: str = "application/json",
    **headers: str,
) -> None:
    """A whole answer; underscores in header names stand for hyphens."""
    handler.send_response(status)
    handler.send_header("Content-Type", content_type)
    handler.send_header("Content-Length", headers.pop("Content_Length", str(len(body))))
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def cut(handler: BaseHTTPRequestHandler) -> None:
    """End the connection without a word."""
    handler.wfile.flush()
    handler.close_connection = True
