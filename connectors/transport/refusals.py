"""Remembers which credentials were refused, so that a run never locks an account."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_PATIENCE_S = 10.0
"""So long one try waits for another: a server that hangs is to hold up nobody."""


class Refusals:
    """Credentials that a host or authority refused during this run.

    It keeps digests, never the secrets; a corrected secret is a new one and may be tried. Where
    several processes do a run, each is told what the others remember. Safe to share between
    threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._refused: dict[str, str] = {}
        self._taken: set[str] = set()
        self._tries: dict[str, threading.Lock] = {}
        self._hand_on: Callable[[str, str], None] = lambda digest, reason: None

    def remember(self, place: str, name: str, secret: str, reason: str) -> None:
        """Note that a place (origin) refused the secret of a name, and why."""
        digest = _digest(place, name, secret)
        self.learn(digest, reason)
        self._hand_on(digest, reason)

    def reason(self, place: str, name: str, secret: str) -> str | None:
        """Why the place refused this secret before; None where it did not."""
        with self._lock:
            return self._refused.get(_digest(place, name, secret))

    def take(self, place: str, name: str, secret: str) -> None:
        """Note that a place took the secret of a name."""
        with self._lock:
            self._taken.add(_digest(place, name, secret))

    @contextmanager
    def one_at_a_time(self, place: str, name: str, secret: str) -> Iterator[None]:
        """Within the block no other try of the secret is under way, until the place took it once.

        So a wrong one is refused once, however many environments have it.
        """
        digest = _digest(place, name, secret)
        with self._lock:
            tries = self._tries.setdefault(digest, threading.Lock())
            is_free = digest in self._taken
        is_held = not is_free and tries.acquire(timeout=_PATIENCE_S)
        if is_held and digest in self._taken:
            tries.release()
            is_held = False
        try:
            yield
        finally:
            if is_held:
                tries.release()

    def learn(self, digest: str, reason: str) -> None:
        """Note what another process remembers."""
        with self._lock:
            self._refused[digest] = reason

    def hand_on(self, whom: Callable[[str, str], None]) -> None:
        """Hand what is remembered from now on to another process: its digest, and the reason."""
        self._hand_on = whom


def _digest(place: str, name: str, secret: str) -> str:
    return hashlib.sha256("\0".join((place, name.lower(), secret)).encode()).hexdigest()
