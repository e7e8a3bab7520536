"""Positions by id in some sixteen bytes each: a dictionary of a million ids takes ten times that.

Ids are compared by a 64-bit hash that differs from run to run, so that two of a million ids are
mistaken for each other less than once in ten million runs, and nobody can arrange it.
"""

from collections.abc import Iterable
from struct import Struct

_RECORD = Struct("<qI")
_HASH = Struct("<q")
_BUCKETS = 0xFFFF

NULL, UNANSWERED = 0, 1
"""Digests that stand for a null, and for a value that the answer did not hold."""


def digest(text: str) -> int:
    """The 64-bit number that a text is compared by; never `NULL` or `UNANSWERED`."""
    found = hash(text)
    return found if found not in (NULL, UNANSWERED) else found + 2


class CompactIndex:
    """The position at which each id was added, counted from 0."""

    def __init__(self) -> None:
        self._buckets: dict[int, bytearray] = {}
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, ids: Iterable[str]) -> None:
        """Adds ids at the positions that follow; of an id added twice the first one counts."""
        buckets, pack, position = self._buckets, _RECORD.pack, self._count
        for id in ids:
            hashed = hash(id)
            bucket = hashed & _BUCKETS
            if bucket in buckets:
                buckets[bucket] += pack(hashed, position)
            else:
                buckets[bucket] = bytearray(pack(hashed, position))
            position += 1
        self._count = position

    def get(self, id: str) -> int | None:
        """The position of an id; None: it was not added."""
        hashed = hash(id)
        records = self._buckets.get(hashed & _BUCKETS)
        if records is None:
            return None
        wanted = _HASH.pack(hashed)
        at = records.find(wanted)
        while at % _RECORD.size:
            if at < 0:
                return None
            at = records.find(wanted, at + 1)
        return int(_RECORD.unpack_from(records, at)[1])
