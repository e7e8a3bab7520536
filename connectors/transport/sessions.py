"""What sessions trust, and those that wait for the next request of the same sign-in."""

import os
import ssl
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import certifi

from connectors.transport.errors import SourceFailed

if TYPE_CHECKING:
    from connectors.transport.guard.session import ExclusiveSession


class Trust:
    """The trusted authorities of one run, loaded once. Safe to share between threads.

    Loading them takes longer than all requests of a small environment, and they are the same for
    every environment of a configuration.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._contexts: dict[Path | None, ssl.SSLContext] = {}

    def context(self, ca_bundle: Path | None) -> ssl.SSLContext:
        """What `trusted_context` gives, the same one each time. Raises `SourceFailed`."""
        with self._lock:
            if ca_bundle not in self._contexts:
                self._contexts[ca_bundle] = trusted_context(ca_bundle)
            return self._contexts[ca_bundle]


def trusted_context(ca_bundle: Path | None) -> ssl.SSLContext:
    """TLS that trusts the system's authorities, the public ones, and those of the bundle.

    Raises `SourceFailed` with code `unusable-ca-bundle`.
    """
    # Not `create_default_context`: where SSLKEYLOGFILE is set it writes down what decrypts every
    # token, and fails where that file cannot be opened.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_default_certs()
    context.load_verify_locations(certifi.where())
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca_bundle is not None:
        try:
            context.load_verify_locations(os.fspath(ca_bundle))
        except (OSError, ssl.SSLError) as error:
            words = error.strerror if isinstance(error, FileNotFoundError) else "not a PEM bundle"
            raise SourceFailed(
                f"the CA bundle {ca_bundle} cannot be used: {words}",
                "Point `[tls] ca_bundle` at a readable file of PEM certificates.",
                "unusable-ca-bundle",
            ) from error
    return context


class SessionPool:
    """Lends each session to one exchange at a time, and only to the sign-in that it began with.

    A connection may be signed in by itself, as NTLM does, so it never changes hands.
    """

    def __init__(self, make: "Callable[[], ExclusiveSession]") -> None:
        self._make = make
        self._lock = threading.Lock()
        # the sign-in is kept beside its sessions, so that its identity is not given away again
        self._closed = False
        self._idle: dict[int, tuple[object, list[ExclusiveSession]]] = {}

    def borrow(self, sign_in: object) -> "ExclusiveSession":
        """A session for one exchange, an idle one where there is one."""
        with self._lock:
            idle = self._idle.get(id(sign_in))
            if idle is not None and idle[1]:
                return idle[1].pop()
        return self._make()

    def give_back(self, sign_in: object, session: "ExclusiveSession", whole: bool) -> None:
        """Keep the session for the next exchange; one that broke off is closed instead."""
        with self._lock:
            if whole and not self._closed:
                self._idle.setdefault(id(sign_in), (sign_in, []))[1].append(session)
                return
        session.close()

    def close(self) -> None:
        """Close every idle session now, and the lent ones when they come back."""
        with self._lock:
            self._closed = True
            sessions = [session for _, idle in self._idle.values() for session in idle]
            self._idle.clear()
        for session in sessions:
            session.close()
