"""How many requests all environments of a run have under way together.

One transport bounds its own environment. What several environments share, a host of one tenant and
this computer's way out, is bounded here.
"""

import contextlib
import threading
from collections import defaultdict
from collections.abc import Iterator

MOST_OF_A_HOST = 16
"""Requests of one tenant to one host. Exchange Online and Graph throttle by tenant."""
MOST_OF_A_RUN = 64


class Limits:
    """Slots for requests, shared by the transports of a run. Safe to share between threads."""

    def __init__(self, whole: int = MOST_OF_A_RUN, of_a_host: int = MOST_OF_A_HOST) -> None:
        self._lock = threading.Lock()
        self._whole = threading.BoundedSemaphore(whole)
        self._hosts: defaultdict[tuple[str, str], threading.BoundedSemaphore] = defaultdict(
            lambda: threading.BoundedSemaphore(of_a_host)
        )

    @contextlib.contextmanager
    def slot(self, tenant: str, host: str, timeout_s: float | None) -> Iterator[bool]:
        """Within the block a request may be under way; False: none came free within the time.

        The host's slot comes first, so that a busy host never holds what others could use.
        """
        with self._lock:
            own = self._hosts[tenant, host]
        with _taken(own, timeout_s) as has_own:
            if not has_own:
                yield False
                return
            with _taken(self._whole, timeout_s) as has_both:
                yield has_both


@contextlib.contextmanager
def _taken(slots: threading.BoundedSemaphore, timeout_s: float | None) -> Iterator[bool]:
    taken = slots.acquire(timeout=None if timeout_s is None else max(0.0, timeout_s))
    try:
        yield taken
    finally:
        if taken:
            slots.release()
