"""One conversation with a server that may be hostile: bounded in time, in bytes, in every line."""

import contextlib
import socket
import ssl
import time
from collections.abc import Callable

from connectors.transport.closing import Closing

MOST_LINE_BYTES = 4096
MOST_BYTES = 64 * 1024
"""Of one conversation, whatever it is about."""
MOST_WIRE_BYTES = 256 * 1024
"""The same with what TLS takes: its certificates, and all that is no word of the server."""


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
        self._socket = connection
        self._limit = limit
        self._buffer = bytearray()
        self._received = self._arrived_bytes = 0
        self._tls: ssl.SSLObject | None = None
        self._coming, self._leaving = ssl.MemoryBIO(), ssl.MemoryBIO()

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
        try:
            chunk = self._read(end)
        except TimeoutError as error:
            words = "it sends no whole line" if self._buffer else "it says nothing"
            raise Broken("silent", words, self._said()) from error
        except OSError as error:
            raise Broken("broken-off", "it breaks the connection off", self._said()) from error
        if not chunk:
            raise Broken("broken-off", "it closes the connection", self._said())
        self._buffer += chunk
        self._received += len(chunk)

    def _read(self, end: float) -> bytes:
        """What the server says next; nothing where it ended the connection."""
        if self._tls is None:
            return self._arrived(end)
        while True:
            try:
                return self._tls.read(MOST_LINE_BYTES)
            except ssl.SSLWantReadError:
                self._exchange(end)
            except ssl.SSLEOFError:
                return b""

    def send(self, line: str) -> None:
        """One line to the server. Raises `Broken`."""
        content = line.encode("ascii") + b"\r\n"
        try:
            if self._tls is None:
                self._put(content)
            else:
                self._tls.write(content)
                self._put(self._leaving.read())
        except OSError as error:
            raise Broken("broken-off", "it breaks the connection off") from error

    def encrypt(self, context: ssl.SSLContext, host: str) -> ssl.SSLObject:
        """Turn to TLS. What came in clear after the last line is thrown away.

        Raises `ssl.SSLError`, also for a server that ends the handshake, or `Broken`.
        """
        self._buffer.clear()
        end = time.monotonic() + self._limit.left_s()
        # TLS has bytes to work with and not the connection: OpenSSL reads one for as long as a
        # server sends what is no word of it, such as tickets, whatever time it was given.
        name = host if _can_be_carried(host) else None
        self._tls = context.wrap_bio(self._coming, self._leaving, server_hostname=name)
        try:
            self._shake_hands(self._tls, end)
        except ssl.SSLError:
            # The server is told why.
            with contextlib.suppress(OSError, Broken):
                self._put(self._leaving.read())
            raise
        except TimeoutError as error:
            raise Broken("silent", "it does not finish the TLS handshake") from error
        except OSError as error:
            raise Broken("broken-off", "it breaks the TLS handshake off") from error
        return self._tls

    def _shake_hands(self, tls: ssl.SSLObject, end: float) -> None:
        while True:
            try:
                tls.do_handshake()
            except ssl.SSLWantReadError:
                self._exchange(end)
            else:
                break
        self._put(self._leaving.read())

    def _exchange(self, end: float) -> None:
        """Send what TLS has to say, and hand it what comes."""
        self._put(self._leaving.read())
        if chunk := self._arrived(end):
            self._coming.write(chunk)
        else:
            self._coming.write_eof()

    def _arrived(self, end: float) -> bytes:
        """The next bytes of the connection, as they come."""
        left_s = min(self._limit.left_s(), end - time.monotonic())
        if left_s <= 0:
            raise TimeoutError
        if self._arrived_bytes > MOST_WIRE_BYTES:
            raise Broken("too-long", "it sends more than a mail server does", self._said())
        self._socket.settimeout(left_s)
        chunk = self._socket.recv(MOST_LINE_BYTES)
        self._arrived_bytes += len(chunk)
        return chunk

    def _put(self, content: bytes) -> None:
        if content:
            self._socket.settimeout(self._limit.left_s())
            self._socket.sendall(content)

    def _said(self) -> bytes:
        return bytes(self._buffer[:MOST_LINE_BYTES])


def _can_be_carried(host: str) -> bool:
    """Whether TLS can tell the server this name; one with an empty label, it cannot."""
    try:
        return bool(host.encode("idna")) and not host.startswith(".")
    except UnicodeError:
        return False
