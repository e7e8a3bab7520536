"""Positions by id in some twelve bytes each: a dictionary of a million ids takes ten times that.

Ids are compared by a 64-bit hash that differs from run to run, so that two of a million ids are
mistaken for each other less than once in ten million runs, and nobody can arrange it.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from msgspec import UNSET

Digests: TypeAlias = "np.ndarray[Any, np.dtype[np.int64]]"
"""What texts are compared by, one number for each."""

Positions: TypeAlias = "np.ndarray[Any, np.dtype[np.int64]]"

NULL, UNANSWERED = 0, 1
"""Digests that stand for a null, and for a value that the answer did not hold."""

NOWHERE = -1
"""Stands for the position of an id that was not added. As an index it gives the last element."""


def digest(text: str) -> int:
    """The 64-bit number that a text is compared by; never `NULL` or `UNANSWERED`."""
    found = hash(text)
    return found if found not in (NULL, UNANSWERED) else found + 2


def digests(texts: Sequence[Any]) -> Digests:
    """The digest of each text; `NULL` for null and empty ones, `UNANSWERED` for UNSET."""
    found = np.fromiter(map(hash, texts), np.int64, len(texts))
    # Nearly always every text is there and no hash is one of the two reserved numbers.
    if all(texts) and told(found).all():
        return found
    each_told = (UNANSWERED if each is UNSET else digest(each) if each else NULL for each in texts)
    return np.fromiter(each_told, np.int64, len(texts))


def told(found: Digests) -> "np.ndarray[Any, np.dtype[np.bool_]]":
    """Of each digest, whether it is that of a text."""
    return np.not_equal(found, NULL) & np.not_equal(found, UNANSWERED)


class CompactIndex:
    """The position at which each id was added, counted from 0."""

    def __init__(self) -> None:
        self._waiting: list[Digests] = []
        self._ordered: Digests = np.empty(0, np.int64)
        self._positions: np.ndarray[Any, np.dtype[np.int32]] = np.empty(0, np.int32)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, ids: Digests) -> None:
        """Adds ids at the positions that follow; of an id added twice the first one counts."""
        self._waiting.append(ids)
        self._count += len(ids)

    def find(self, ids: Digests) -> Positions:
        """The position of each id; `NOWHERE` where it was not added."""
        if self._waiting:
            self._put_in_order()
        if not len(self._ordered):
            return np.full(len(ids), NOWHERE)
        # Looked for in their order, near ones lie near each other.
        order = ids.argsort()
        wanted = ids[order]
        at = self._ordered.searchsorted(wanted)
        at[at == len(self._ordered)] = 0
        found = np.empty(len(ids), np.int64)
        found[order] = np.where(self._ordered[at] == wanted, self._positions[at], NOWHERE)
        return found

    def _put_in_order(self) -> None:
        before = np.empty_like(self._ordered)
        before[self._positions] = self._ordered
        all_ids = np.concatenate((before, *self._waiting))
        self._waiting = []
        self._positions = all_ids.argsort(kind="stable").astype(np.int32)
        self._ordered = all_ids[self._positions]
