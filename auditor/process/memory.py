"""Keeps the memory of many short-lived values at hand, and the collector out of their way."""

import contextlib
import gc
from collections.abc import Iterator

from connectors.columnar.freed_memory import keep_freed_memory

_YOUNG = 200_000
"""Values made before a look at the young ones: more than a page of rows makes."""


@contextlib.contextmanager
def for_many_records() -> Iterator[None]:
    """Within the block, look for cyclic garbage seldom, and never at what is there already.

    Rows, keys and findings hold no cycles, and looking through them takes as long as the audit.
    From the block on, memory that is given back stays with the process, to be taken again.
    """
    keep_freed_memory()
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_YOUNG, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
