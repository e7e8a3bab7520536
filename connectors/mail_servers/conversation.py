"""One conversation with a server that may be hostile: bounded in time, in bytes, in every line."""

import socket
import ssl
import time
import traceback
from collections.abc import Callable

from connectors.transport.closing import Closing

MOST_LINE_BYTES = 4096
MOST_BYTES = 64 * 1024
"""Of one conversation, whatever it is about."""


class Broken(Exception):
    """The conversation cannot go on. `said` is what came last, as bytes."""

    def __init__(self, code: str, words: str, said: bytes = b"") -> None:
        super().__init__(words)
        self.code = code
        self.words = words
        self.said = said


class Limit:
    """The moment until which one server is talked to, however many connections that takes."""

    def __init__(
        self, seconds: float, step_s: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock = clock
        self._end = clock() + seconds
        self._step_s = step_s

    def left_s(self) -> float:
        """Seconds that the next step may take. Raises `Broken` where none are left."""
        left_s = min(self._end - self._clock(), self._step_s)
        if left_s <= 0:
            raise Broken("too-slow", "it answers too slowly")
        return left_s


class Conversation(Closing):
    """Lines to and from one server; also a context manager that closes the connection."""

    def __init__(self, connection: socket.socket, limit: Limit) -> None:
        self._socket: socket.socket | ssl.SSLSocket = connection
        self._limit = limit
        self._buffer = bytearray()
        self._received = 0

    def close(self) -> None:
        """End the connection without another word."""
        self._socket.close()

    @property
    def own_address(self) -> str:
        """The address that this computer uses towards the server."""
        return str(self._socket.getsockname()[0]).partition("%")[0]

    def line(self) -> bytes:
        """The next line without its end. Raises `Broken`."""
        # One pause for the whole line, so that a byte now and then does not make it endless.
        end = time.monotonic() + self._limit.left_s()
        while b"\n" not in self._buffer:
            if len(self._buffer) > MOST_LINE_BYTES or self._received > MOST_BYTES:
                raise Broken("too-long", "it sends more than a mail server does", self._said())
            self._receive(end)
        line, _, rest = bytes(self._buffer).partition(b"\n")
        self._buffer = bytearray(rest)
        return line.rstrip(b"\r")

    def _receive(self, end: float) -> None:
        left_s = min(self._limit.left_s(), end - time.monotonic())
        try:
            if left_s <= 0:
                raise TimeoutError
            self._socket.settimeout(left_s)
            chunk = self._socket.recv(MOST_LINE_BYTES)
        except TimeoutError as error:
            words = "it sends no whole line" if self._buffer else "it says nothing"
            raise Broken("silent", words, self._said()) from error
        except OSError as error:
            raise Broken("broken-off", "it breaks the connection off", self._said()) from error
        if not chunk:
            raise Broken("broken-off", "it closes the connection", self._said())
        self._buffer += chunk
        self._received += len(chunk)

    def send(self, line: str) -> None:
        """One line to the server. Raises `Broken`."""
        try:
            self._socket.settimeout(self._limit.left_s())
            self._socket.sendall(line.encode("ascii") + b"\r\n")
        except OSError as error:
            raise Broken("broken-off", "it breaks the connection off") from error

    def encrypt(self, context: ssl.SSLContext, host: str) -> ssl.SSLSocket:
        """Turn to TLS. What came in clear after the last line is thrown away.

        Raises `ssl.SSLError`, also for a server that ends the handshake, or `Broken`.
        """
        self._buffer.clear()
        self._socket.settimeout(self._limit.left_s())
        try:
            secured = _wrapped(context, self._socket, host)
            self._socket = secured
            secured.do_handshake()
        except ssl.SSLError:
            raise
        except TimeoutError as error:
            raise Broken("silent", "it does not finish the TLS handshake") from error
        except OSError as error:
            raise Broken("broken-off", "it breaks the TLS handshake off") from error
        return secured

    def _said(self) -> bytes:
        return bytes(self._buffer[:MOST_LINE_BYTES])


def _wrapped(context: ssl.SSLContext, plain: socket.socket, host: str) -> ssl.SSLSocket:
    try:
        return context.wrap_socket(
            plain,
            server_hostname=host if _can_be_carried(host) else None,
            do_handshake_on_connect=False,
        )
    except OSError as error:
        # Python took the connection over, and leaves it open where the server reset it meanwhile.
        for frame, _ in traceback.walk_tb(error.__traceback__):
            if isinstance(half_made := frame.f_locals.get("self"), ssl.SSLSocket):
                half_made.close()
        raise


def _can_be_carried(host: str) -> bool:
    """Whether TLS can tell the server this name; one with an empty label, it cannot."""
    try:
        return bool(host.encode("idna")) and not host.startswith(".")
    except UnicodeError:
        return False
