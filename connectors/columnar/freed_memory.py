"""Keeps the memory of large answers at hand for the next one.

Tested in `tests/connectors/odata/test_decoder_process.py`.
"""

import ctypes
import sys

# Parameters of mallopt(3), the GNU C library's.
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
_KEPT_BYTES = 32 * 1024 * 1024
_LARGEST_KEPT_BYTES = 32 * 1024 * 1024


def keep_freed_memory() -> None:
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
