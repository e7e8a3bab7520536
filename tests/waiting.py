"""Waiting for what another process or thread does, however long a busy machine takes for it."""

import threading
import time
from collections.abc import Callable

PATIENCE_S = 120.0
"""Longer than what is waited for ever takes: only what is never to come is waited for so long."""


def wait_until(is_so: Callable[[], object], patience_s: float = PATIENCE_S) -> None:
    """Returns once it is so; fails where it does not come to that."""
    ends_at = time.monotonic() + patience_s
    while not is_so():
        assert time.monotonic() < ends_at, "it was waited for in vain"
        time.sleep(0.02)


def until_nothing_is_asked_ahead() -> None:
    """Returns once what readers of Dynamics 365 asked ahead is answered, needed or not.

    A reading may end before it. The question would then meet the canned answers of the next test.
    """
    for thread in threading.enumerate():
        if thread.name == "ahead":
            thread.join(PATIENCE_S)
