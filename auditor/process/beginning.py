"""When the command began: a time limit counts from there, with all that is imported since."""

import atexit
import gc
import time

YOUNG = 200_000
"""Values made before a look at the young ones: more than all imports, or a page of rows, make."""

_moments = {"began": time.monotonic()}


def begin() -> None:
    """The command begins now.

    What it imports stays until it ends, so that nobody looks through it for cyclic garbage: not
    at the end either, when the system takes all of it back at once.
    """
    _moments["began"] = time.monotonic()
    gc.set_threshold(YOUNG, *gc.get_threshold()[1:])
    atexit.register(gc.freeze)


def ends_at(timeout_s: float | None) -> float | None:
    """The moment of the monotonic clock at which so long a time limit is over; None: never."""
    return None if timeout_s is None else _moments["began"] + timeout_s
