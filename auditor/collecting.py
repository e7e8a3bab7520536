"""Keeps the collector of cyclic garbage out of the way of millions of short-lived values."""

import contextlib
import gc
from collections.abc import Iterator

_YOUNG = 200_000
"""Values made before a look at the young ones: more than a page of rows makes."""


@contextlib.contextmanager
def collecting_seldom() -> Iterator[None]:
    """Within the block, look for cyclic garbage seldom, and never at what is there already.

    Rows, keys and findings hold no cycles, and looking through them takes as long as the audit.
    """
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_YOUNG, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
