"""POP3, IMAP and SMTP servers of the simulated tenant: they greet, and let nobody in.

Each answers at a loopback address of its own. Some are set up badly, some behave badly.
"""

import contextlib
import datetime as dt
import selectors
import socket
import ssl
import struct
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from auditor.demo.authority import CertificateAuthority
from auditor.demo.listeners import LoopbackListeners
from connectors.transport.closing import Closing

_IDLE_TIMEOUT_S = 30.0
_FLOOD_BYTES = 1024 * 1024 * 1024
_GREETINGS = {
    "POP3": "+OK Dovecot ready.",
    "IMAP": "* OK Dovecot ready.",
    "SMTP": "220 mail.example ESMTP Postfix",
}
_PORTS = {"POP3": 2110, "IMAP": 2143, "SMTP": 2587}
_TLS_PORTS = {"POP3": 2995, "IMAP": 2993, "SMTP": 2465}
_ENDS = {
    "valid": dt.timedelta(days=30),
    "wrong-name": dt.timedelta(days=30),
    "private": dt.timedelta(days=30),
    "expiring": dt.timedelta(days=9, hours=12),
    "expired": dt.timedelta(days=-12),
}


FAILING = ("silent", "garbage", "flood", "hangs up", "reset", "refuses", "drips")
"""How a mail server fails that behaves at other times."""
_REFUSALS = {
    "POP3": "-ERR [SYS/TEMP] Try again later.",
    "IMAP": "* BYE Try again later.",
    "SMTP": "421 4.3.2 Try again later",
}


class MailHost(msgspec.Struct, frozen=True, kw_only=True):
    """One mail server by the host that profiles name.

    `certificate`: in force and from the tenant's authority, or not; `private` is from another
    one that nobody trusts. `old`: no TLS newer than 1.1. `exists` False: the name leads nowhere.
    `flood` greets with a gigabyte. `rules` are those that the server breaks.
    """

    host: str
    protocol: Literal["POP3", "IMAP", "SMTP"]
    tls: Literal["implicit", "starttls", "none"] = "implicit"
    certificate: Literal["valid", "expired", "expiring", "wrong-name", "private"] = "valid"
    old: bool = False
    behaviour: Literal["greets", "garbage", "silent", "flood"] = "greets"
    greeting: str = ""
    exists: bool = True
    rules: str = ""


class SimulatedMailServers(Closing):
    """Mail servers that answer from construction until `close`.

    `failing` tells how all of them fail, one of `FAILING`, where they do.
    """

    def __init__(
        self,
        hosts: Sequence[MailHost],
        authority: CertificateAuthority,
        directory: Path,
        failing: Callable[[], str] = lambda: "",
    ) -> None:
        self._failing = failing
        self._selector = selectors.DefaultSelector()
        self._sockets: dict[str, socket.socket] = {}
        self._open: set[socket.socket] = set()
        self._stopped = threading.Event()
        stranger: CertificateAuthority | None = None
        listeners = LoopbackListeners()
        for number, host in enumerate(hosts):
            signer = authority
            if host.certificate == "private":
                if stranger is None:
                    (directory / "stranger").mkdir(mode=0o700)
                    stranger = CertificateAuthority(directory / "stranger")
                signer = stranger
            context = None if host.tls == "none" else _context(host, signer, f"mail-{number}.pem")
            ports = _TLS_PORTS if host.tls == "implicit" else _PORTS
            listener = listeners.listen(ports[host.protocol])
            self._sockets[host.host] = listener
            if not host.exists:
                continue
            listener.setblocking(False)
            self._selector.register(listener, selectors.EVENT_READ, (host, context))
        self._thread = threading.Thread(target=self._run, name="simulated mail", daemon=True)
        self._thread.start()

    @property
    def locations(self) -> dict[str, str]:
        """The server location, `host:port`, that reaches each host."""
        return {host: f"{host}:{each.getsockname()[1]}" for host, each in self._sockets.items()}

    @property
    def addresses(self) -> dict[str, str]:
        """The loopback address of each host that exists."""
        return {
            key.data[0].host: self._sockets[key.data[0].host].getsockname()[0]
            for key in self._selector.get_map().values()
        }

    def close(self) -> None:
        """End every server and connection; harmless when closed before."""
        self._stopped.set()
        self._thread.join()
        for each in (*self._sockets.values(), *tuple(self._open)):
            with contextlib.suppress(OSError):
                each.close()
        self._selector.close()

    def _run(self) -> None:
        while not self._stopped.is_set():
            for key, _ in self._selector.select(0.1):
                host, context = key.data
                with contextlib.suppress(OSError):
                    connection, _ = key.fileobj.accept()  # type: ignore[union-attr]
                    threading.Thread(
                        target=self._serve, args=(connection, host, context), daemon=True
                    ).start()

    def _serve(
        self, connection: socket.socket, host: MailHost, context: ssl.SSLContext | None
    ) -> None:
        connection.settimeout(_IDLE_TIMEOUT_S)
        self._open.add(connection)
        try:
            behaviour = host.behaviour if host.behaviour != "greets" else self._failing()
            if behaviour not in ("", "refuses"):
                _misbehave(connection, behaviour, self._stopped)
                return
            if host.tls == "implicit" and context is not None:
                connection = context.wrap_socket(connection, server_side=True)
            if behaviour == "refuses":
                connection.sendall(f"{_REFUSALS[host.protocol]}\r\n".encode())
                return
            _Greeter(connection, host, context).serve()
        except (OSError, ValueError):
            pass
        finally:
            self._open.discard(connection)
            with contextlib.suppress(OSError):
                connection.close()


class _Greeter:
    """One conversation."""

    def __init__(
        self, connection: socket.socket, host: MailHost, context: ssl.SSLContext | None
    ) -> None:
        self._connection = connection
        self._host = host
        self._context = context
        self._encrypted = host.tls == "implicit"

    def serve(self) -> None:
        """Greet, and answer until the client leaves, in whatever way."""
        try:
            self._say(self._host.greeting or _GREETINGS[self._host.protocol])
            answers = {"POP3": self._pop3, "IMAP": self._imap, "SMTP": self._smtp}
            while self._converse(answers[self._host.protocol]):
                continue
        finally:
            # Since TLS began it is another one than the caller's.
            self._connection.close()

    def _converse(self, answer: Callable[[str], str]) -> bool:
        """Answer until TLS begins (True) or the client has left."""
        for line in _lines(self._connection):
            answered = answer(line)
            if answered == "starttls":
                assert self._context is not None
                self._connection = self._context.wrap_socket(self._connection, server_side=True)
                self._encrypted = True
                return True
            if answered == "left":
                break
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)
        return False

    @property
    def _offers_tls(self) -> bool:
        return self._host.tls == "starttls" and not self._encrypted

    def _say(self, *lines: str) -> None:
        self._connection.sendall("".join(f"{line}\r\n" for line in lines).encode())

    def _pop3(self, line: str) -> str:
        command = line.upper()
        if command == "CAPA":
            offer = ["STLS"] if self._offers_tls else []
            self._say("+OK", "TOP", "UIDL", *offer, "USER", "SASL PLAIN", ".")
        elif command == "STLS" and self._offers_tls:
            self._say("+OK Begin TLS negotiation now.")
            return "starttls"
        elif command == "QUIT":
            self._say("+OK Logging out")
            return "left"
        else:
            self._say("-ERR Unknown command.")
        return "answered"

    def _imap(self, line: str) -> str:
        tag, _, command = line.partition(" ")
        command = command.upper()
        if command == "CAPABILITY":
            offer = " STARTTLS" if self._offers_tls else ""
            self._say(f"* CAPABILITY IMAP4rev1 IDLE{offer} AUTH=PLAIN", f"{tag} OK Done.")
        elif command == "STARTTLS" and self._offers_tls:
            self._say(f"{tag} OK Begin TLS negotiation now.")
            return "starttls"
        elif command == "LOGOUT":
            self._say("* BYE Logging out", f"{tag} OK Done.")
            return "left"
        else:
            self._say(f"{tag} BAD Unknown command.")
        return "answered"

    def _smtp(self, line: str) -> str:
        command = line.upper().partition(" ")[0]
        if command == "EHLO":
            offer = ["250-STARTTLS"] if self._offers_tls else []
            self._say(
                "250-mail.example", "250-SIZE 36700160", *offer, "250-AUTH PLAIN", "250 8BITMIME"
            )
        elif command == "STARTTLS" and self._offers_tls:
            self._say("220 Ready to start TLS")
            return "starttls"
        elif command == "QUIT":
            self._say("221 Bye")
            return "left"
        else:
            self._say("502 Command not implemented")
        return "answered"


def _lines(connection: socket.socket) -> Iterator[str]:
    """Lines, read byte by byte, so that nothing of the TLS that may follow is taken."""
    line = bytearray()
    while byte := connection.recv(1):
        if byte != b"\n":
            line += byte
            if len(line) > 1000:
                return
            continue
        yield line.decode("latin-1").rstrip("\r")
        line.clear()


def _misbehave(connection: socket.socket, behaviour: str, stopped: threading.Event) -> None:
    if behaviour == "hangs up":
        return
    if behaviour == "reset":
        # Linger of zero makes the kernel send RST in place of an orderly end.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    elif behaviour == "drips":
        while not stopped.wait(0.5):
            connection.sendall(b"x")
    elif behaviour == "silent":
        end = time.monotonic() + _IDLE_TIMEOUT_S
        while time.monotonic() < end and not stopped.wait(0.1):
            continue
    elif behaviour == "garbage":
        connection.sendall(b"\x00\xff\x1b[31mnobody speaks like this\x07\r\n")
    else:
        connection.sendall(b"+OK ")
        block = b"x" * (1024 * 1024)
        for _ in range(_FLOOD_BYTES // len(block)):
            connection.sendall(block)
            if stopped.is_set():
                break


def _context(host: MailHost, authority: CertificateAuthority, file_name: str) -> ssl.SSLContext:
    name = "elsewhere.example" if host.certificate == "wrong-name" else host.host
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(
        authority.issue_server(file_name, names=(name,), ends_in=_ENDS[host.certificate])
    )
    if host.old:
        context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context
