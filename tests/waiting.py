"""Waiting for what another process or thread does, however long a busy machine takes for it."""

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
