"""Remembers which credentials were refused, so that a run never locks an account.

Tested in `tests/connectors/sign_in/test_ntlm.py`.
"""

import hashlib
import threading


class Refusals:
    """Credentials that a host or authority refused during this run.

    It keeps digests, never the secrets; a corrected secret is a new one and may be tried.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._refused: dict[str, str] = {}

    def remember(self, place: str, name: str, secret: str, reason: str) -> None:
        """Note that a place (origin) refused the secret of a name, and why."""
        with self._lock:
            self._refused[_key(place, name, secret)] = reason

    def reason(self, place: str, name: str, secret: str) -> str | None:
        """Why the place refused this secret before; None where it did not."""
        with self._lock:
            return self._refused.get(_key(place, name, secret))


def _key(place: str, name: str, secret: str) -> str:
    return hashlib.sha256("\0".join((place, name.lower(), secret)).encode()).hexdigest()
