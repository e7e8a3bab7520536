"""A number for each of many texts, in twelve bytes: a dictionary takes ten times that.

    >>> numbers = TextNumbers()
    >>> numbers.add(digests(["a", "b", "b"]), [7, 8, 9])
    >>> numbers.find(digests(["a", "b", "c"])).tolist() == [7, CONFLICT, NOWHERE]
    True

Tested in tests/connectors/columnar/test_text_numbers.py.
"""

import threading
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from connectors.columnar.id_index import NOWHERE, Digests, Growing, Positions, digest, digests

__all__ = ["CONFLICT", "NOWHERE", "TextNumbers", "digests"]

CONFLICT = -2
"""Stands for the number of a text that was added with numbers that differ."""

_Numbers: TypeAlias = "np.ndarray[Any, np.dtype[np.int32]]"


class TextNumbers:
    """The number that each text was added with; texts are compared by their digests.

    Safe to share between threads: several sources look up the same listing once it was read.
    """

    def __init__(self) -> None:
        self._texts = Growing(np.int64)
        self._numbers = Growing(np.int32)
        # In ascending order, each text once.
        self._sorted: tuple[Digests, _Numbers] = (np.empty(0, np.int64), np.empty(0, np.int32))
        # The first to look puts what was added in order, and whoever looks meanwhile waits for it.
        self._lock = threading.Lock()

    def __bool__(self) -> bool:
        with self._lock:
            return bool(len(self._texts) or len(self._sorted[0]))

    def __contains__(self, text: str) -> bool:
        known, _ = self._settled()
        wanted = digest(text)
        at = int(known.searchsorted(wanted))
        return at < len(known) and int(known[at]) == wanted

    def add(self, texts: Digests, numbers: Sequence[int]) -> None:
        """Adds texts, each with its number, which is not negative."""
        with self._lock:
            self._texts.extend(texts)
            self._numbers.extend(np.array(numbers, np.int32))

    def find(self, texts: Digests) -> Positions:
        """The number of each text: `NOWHERE` where it was not added, or `CONFLICT`."""
        known, numbers = self._settled()
        if not len(known):
            return np.full(len(texts), NOWHERE)
        # Looked for in their order, near ones lie near each other.
        order = texts.argsort()
        wanted = texts[order]
        at = known.searchsorted(wanted)
        at[at == len(known)] = 0
        found = np.empty(len(texts), np.int64)
        found[order] = np.where(known[at] == wanted, numbers[at], NOWHERE)
        return found

    def _settled(self) -> tuple[Digests, _Numbers]:
        with self._lock:
            if len(self._texts):
                self._settle()
            return self._sorted

    def _settle(self) -> None:
        texts = np.concatenate((self._sorted[0], self._texts.whole()))
        numbers = np.concatenate((self._sorted[1], self._numbers.whole()))
        self._texts, self._numbers = Growing(np.int64), Growing(np.int32)
        order = texts.argsort()
        texts, numbers = texts[order], numbers[order]
        starts = np.flatnonzero(np.concatenate(([True], texts[1:] != texts[:-1])))
        least, most = (each.reduceat(numbers, starts) for each in (np.minimum, np.maximum))
        self._sorted = texts[starts], np.where(least == most, least, np.int32(CONFLICT))
