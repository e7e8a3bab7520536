"""Keeps the memory of many short-lived values at hand, and the collector out of their way."""

import contextlib
import gc
import threading
from collections.abc import Iterator

from auditor.process.beginning import YOUNG
from connectors.columnar.freed_memory import keep_freed_memory

_LEAST_RECORDS = 1_000
"""What an audit leaves however little it read, counted in records."""
_MUCH_RECORDS = 16_000
"""Records whose audits are given back together."""


@contextlib.contextmanager
def for_many_records() -> Iterator[None]:
    """Within the block, look for cyclic garbage seldom, and never at what is there already.

    Rows, keys and findings hold no cycles, and looking through them takes as long as the audit.
    From the block on, memory that is given back stays with the process, to be taken again. What
    somebody else has set aside from the collector stays set aside.
    """
    keep_freed_memory()
    before = gc.get_threshold()
    is_ours = not gc.get_freeze_count()
    if is_ours:
        gc.freeze()
    gc.set_threshold(YOUNG, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        if is_ours:
            gc.unfreeze()


class Garbage:
    """What ended audits leave, looked for when it is much. Safe to share between threads.

    The collector counts values and not their size, and looks through what goes on beside as well.
    So small audits are given back some at a time, and a large one at once.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._records = 0

    def add(self, records: int) -> None:
        """Take note of an audit that read so many records; it may still be held."""
        with self._lock:
            self._records += _LEAST_RECORDS + records

    def tidy(self) -> None:
        """Give back what there is, where it is much."""
        with self._lock:
            if self._records < _MUCH_RECORDS:
                return
        self.give_back()

    def give_back(self) -> None:
        """Give back what there is."""
        with self._lock:
            self._records = 0
        gc.collect()
