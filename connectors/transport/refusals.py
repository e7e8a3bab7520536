"""Remembers which credentials were refused, so that a run never locks an account.

Tested in `tests/connectors/sign_in/test_ntlm.py`.
"""

import hashlib
import threading
from collections.abc import Callable


class Refusals:
    """Credentials that a host or authority refused during this run.

    It keeps digests, never the secrets; a corrected secret is a new one and may be tried. Where
    several processes do a run, each is told what the others remember.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._refused: dict[str, str] = {}
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

    def learn(self, digest: str, reason: str) -> None:
        """Note what another process remembers."""
        with self._lock:
            self._refused[digest] = reason

    def hand_on(self, whom: Callable[[str, str], None]) -> None:
        """Hand what is remembered from now on to another process: its digest, and the reason."""
        self._hand_on = whom


def _digest(place: str, name: str, secret: str) -> str:
    return hashlib.sha256("\0".join((place, name.lower(), secret)).encode()).hexdigest()
