"""Sessions that wait for the next request of the same sign-in.

Tested in `tests/connectors/transport/test_http.py`.
"""

import threading
from collections.abc import Callable

from connectors.transport.network import ExclusiveSession


class SessionPool:
    """Lends each session to one exchange at a time, and only to the sign-in that it began with.

    A connection may be signed in by itself, as NTLM does, so it never changes hands.
    """

    def __init__(self, make: Callable[[], ExclusiveSession]) -> None:
        self._make = make
        self._lock = threading.Lock()
        # the sign-in is kept beside its sessions, so that its identity is not given away again
        self._closed = False
        self._idle: dict[int, tuple[object, list[ExclusiveSession]]] = {}

    def borrow(self, sign_in: object) -> ExclusiveSession:
        """A session for one exchange, an idle one where there is one."""
        with self._lock:
            idle = self._idle.get(id(sign_in))
            if idle is not None and idle[1]:
                return idle[1].pop()
        return self._make()

    def give_back(self, sign_in: object, session: ExclusiveSession, whole: bool) -> None:
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
