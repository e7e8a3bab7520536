"""Positions by id in some sixteen bytes each: a dictionary of a million ids takes ten times that.

Ids are compared by a 64-bit hash that differs from run to run, so that two of a million ids are
mistaken for each other less than once in ten million runs, and nobody can arrange it.
"""

from collections.abc import Iterable, Sequence
from struct import Struct
from typing import Any

from msgspec import UNSET

_RECORD = Struct("<qI")
_HASH = Struct("<q")
_POSITION = Struct("<I")
_BUCKETS = 0x7FFF

NULL, UNANSWERED = 0, 1
"""Digests that stand for a null, and for a value that the answer did not hold."""


def digest(text: str) -> int:
    """The 64-bit number that a text is compared by; never `NULL` or `UNANSWERED`."""
    found = hash(text)
    return found if found not in (NULL, UNANSWERED) else found + 2


def digests(texts: Sequence[Any]) -> list[int]:
    """The digest of each text; `NULL` for null and empty ones, `UNANSWERED` for UNSET."""
    found = list(map(hash, texts))
    # Nearly always every text is there and no hash is one of the two reserved numbers.
    if all(texts) and NULL not in found and UNANSWERED not in found:
        return found
    return [UNANSWERED if text is UNSET else digest(text) if text else NULL for text in texts]


class CompactIndex:
    """The position at which each id was added, counted from 0."""

    def __init__(self) -> None:
        self._buckets: list[bytearray | None] = [None] * (_BUCKETS + 1)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, ids: Iterable[str]) -> None:
        """Adds ids at the positions that follow; of an id added twice the first one counts."""
        buckets, pack, position = self._buckets, _RECORD.pack, self._count
        for hashed in map(hash, ids):
            bucket = buckets[hashed & _BUCKETS]
            if bucket is None:
                buckets[hashed & _BUCKETS] = bytearray(pack(hashed, position))
            else:
                bucket += pack(hashed, position)
            position += 1
        self._count = position

    def get(self, id: str) -> int | None:
        """The position of an id; None: it was not added."""
        return self.find((id,))[0]

    def find(self, ids: Iterable[Any]) -> list[int | None]:
        """The position of each id; None: it was not added, or is no id."""
        buckets, pack, unpack = self._buckets, _HASH.pack, _POSITION.unpack_from
        size, after = _RECORD.size, _HASH.size
        found: list[int | None] = []
        add = found.append
        for hashed in map(hash, ids):
            records = buckets[hashed & _BUCKETS]
            if records is None:
                add(None)
                continue
            wanted = pack(hashed)
            at = records.find(wanted)
            while at > 0 and at % size:
                at = records.find(wanted, at + 1)
            add(None if at < 0 else unpack(records, at + after)[0])
        return found
