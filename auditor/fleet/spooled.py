"""Records of many environments in one temporary file, so that memory does not grow with them.

Tested in `tests/auditor/fleet/test_settled.py`.
"""

import threading
from array import array
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Generic, TypeVar

from connectors.columnar.spool import Spool
from connectors.transport.closing import Closing

_AT_A_TIME = 256

T = TypeVar("T")


class Spooled(Closing, Generic[T]):
    """Lists of records of one type, so many in memory at a time. Safe to share between threads."""

    def __init__(self, kind: type[T], at_a_time: int = _AT_A_TIME) -> None:
        self._at_a_time = at_a_time
        self._spool: Spool[T] = Spool(kind)
        self._lock = threading.Lock()

    def close(self) -> None:
        """Give the file back."""
        self._spool.close()

    def keep(self, records: Iterable[T]) -> Callable[[], Iterator[T]]:
        """Keeps the records; what is given streams them, again and again."""
        blocks = array("Q")
        waiting = iter(records)
        while batch := list(islice(waiting, self._at_a_time)):
            with self._lock:
                blocks.extend((len(self._spool), len(batch)))
                self._spool.add(batch)

        def stream() -> Iterator[T]:
            for first, count in zip(blocks[::2], blocks[1::2], strict=True):
                yield from self._spool.read_each(range(first, first + count))

        return stream
