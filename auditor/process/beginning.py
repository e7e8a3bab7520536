"""When the command began: a time limit counts from there, with all that is imported since."""

import time

_moments = {"began": time.monotonic()}


def begin() -> None:
    """The command begins now."""
    _moments["began"] = time.monotonic()


def ends_at(timeout_s: float | None) -> float | None:
    """The moment of the monotonic clock at which so long a time limit is over; None: never."""
    return None if timeout_s is None else _moments["began"] + timeout_s
