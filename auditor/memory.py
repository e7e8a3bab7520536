"""Keeps the memory of many short-lived values at hand, and the collector out of their way."""

import contextlib
import ctypes
import gc
import sys
from collections.abc import Iterator

_YOUNG = 200_000
"""Values made before a look at the young ones: more than a page of rows makes."""

# Parameters of mallopt(3), the GNU C library's.
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
_KEPT_BYTES = 64 * 1024 * 1024
_LARGEST_KEPT_BYTES = 32 * 1024 * 1024


@contextlib.contextmanager
def for_many_records() -> Iterator[None]:
    """Within the block, look for cyclic garbage seldom, and never at what is there already.

    Rows, keys and findings hold no cycles, and looking through them takes as long as the audit.
    From the block on, memory that is given back stays with the process, to be taken again.
    """
    _keep_freed_memory()
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_YOUNG, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _keep_freed_memory() -> None:
    """Let the C library keep what it would give back to the system, where it can be told so.

    An answer takes megabytes. The library gives so large a piece back at once, and the system
    clears it anew for the next answer, page by page, which takes longer than inflating it.
    """
    if not sys.platform.startswith("linux"):
        return
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return
    # One pool for all threads, or each would keep as much.
    mallopt(_ARENA_MAX, 1)
    mallopt(_MMAP_THRESHOLD, _LARGEST_KEPT_BYTES)
    mallopt(_TRIM_THRESHOLD, _KEPT_BYTES)
