"""Positions by id in some twelve bytes each: a dictionary of a million ids takes ten times that.

Texts are compared by a 64-bit hash that differs from run to run, so that two of a million are
mistaken for each other less than once in ten million runs, and nobody can arrange it.
"""

import secrets
from collections.abc import Sequence
from typing import Any, Generic, TypeAlias, TypeVar

import numpy as np
from msgspec import UNSET

from connectors.columnar.encodings import GUID_BYTES, GUID_CHARACTERS, NOT_SET, guids_to_bytes
from connectors.columnar.encodings import NULL as HOLE
from connectors.columnar.page import Page

Digests: TypeAlias = "np.ndarray[Any, np.dtype[np.int64]]"
"""What texts are compared by, one number for each."""

Positions: TypeAlias = "np.ndarray[Any, np.dtype[np.int64]]"

Flags: TypeAlias = "np.ndarray[Any, np.dtype[np.bool_]]"

N = TypeVar("N", bound=np.generic)

NULL, UNANSWERED = 0, 1
"""Digests that stand for a null, and for a value that the answer did not hold."""

NOWHERE = -1
"""Stands for the position of an id that was not added. As an index it gives the last element."""


def digest(text: str) -> int:
    """The 64-bit number that a text is compared by; never `NULL` or `UNANSWERED`."""
    found = hash(text)
    return found if found not in (NULL, UNANSWERED) else found + 2


def places_of(text: str, found: Digests) -> list[int]:
    """Where the digest of this text stands among others."""
    places: list[int] = np.flatnonzero(found == digest(text)).tolist()
    return places


def digests(texts: Sequence[Any]) -> Digests:
    """The digest of each text; `NULL` for null and empty ones, `UNANSWERED` for UNSET."""
    found = np.fromiter(map(hash, texts), np.int64, len(texts))
    # Nearly always every text is there and no hash is one of the two reserved numbers.
    if all(texts) and told(found).all():
        return found
    each_told = (UNANSWERED if each is UNSET else digest(each) if each else NULL for each in texts)
    return np.fromiter(each_told, np.int64, len(texts))


def id_digests(page: Page, name: str) -> Digests:
    """The digest of each id in a column, as `digests`; those of GUIDs are made from their bytes."""
    if not page.rows:
        return digests(())
    column = page.packed(name)
    if column.encoding != "guids":
        return digests_of_ids(page.columns[name])
    found = _of_guids(column.body)
    return among_holes(found, column.holes) if column.holes else found


def digests_of_ids(ids: Sequence[Any]) -> Digests:
    """The digest of each id; `NULL` for null and empty ones, `UNANSWERED` for UNSET."""
    there = [each for each in ids if each]
    # One that is no GUID among them makes each be looked at; several may look like one together.
    are_guids = set(map(len, there)) == {GUID_CHARACTERS}
    raw = guids_to_bytes("".join(there)) if are_guids else None
    found = _of_guids(raw) if raw is not None else _each(there)
    if len(there) == len(ids):
        return found
    return among_holes(found, bytes(0 if e else NOT_SET if e is UNSET else HOLE for e in ids))


def _each(ids: Sequence[str]) -> Digests:
    raws = (guids_to_bytes(each) for each in ids)
    found = (
        _of_guids(raw)[0] if raw and len(raw) == GUID_BYTES else digest(each)
        for each, raw in zip(ids, raws, strict=True)
    )
    return np.fromiter(found, np.int64, len(ids))


def _of_guids(raw: bytes) -> Digests:
    """The digests of GUIDs by their 16 bytes: mixed with numbers that nobody knows."""
    halves = np.frombuffer(raw, np.uint64)
    mixed = (halves[::2] ^ _SECRETS[0]) * _SECRETS[1]
    mixed ^= mixed >> np.uint64(32)
    mixed = (mixed + (halves[1::2] ^ _SECRETS[2])) * _SECRETS[3]
    mixed ^= mixed >> np.uint64(29)
    mixed *= _SECRETS[1]
    mixed ^= mixed >> np.uint64(32)
    found = mixed.view(np.int64)
    return np.where(told(found), found, found + 2)


def among_holes(found: Digests, holes: bytes) -> Digests:
    """What was found of values that are there, among those that are not: see `packing.Column`."""
    every = np.frombuffer(holes, np.uint8)
    spread = np.where(every == NOT_SET, UNANSWERED, NULL)
    spread[every == 0] = found
    return spread


_SECRETS = [np.uint64(secrets.randbits(64) | 1) for _ in range(4)]


def told(found: Digests) -> Flags:
    """Of each digest, whether it is that of a text."""
    return np.not_equal(found, NULL) & np.not_equal(found, UNANSWERED)


def distinct(found: Digests) -> Digests:
    """The digests in order, each once."""
    # numpy's own `unique` takes many times as long for numbers, and imports what nobody else does.
    ordered = np.sort(found)
    return np.concatenate((ordered[:1], ordered[1:][ordered[1:] != ordered[:-1]]))


class Growing(Generic[N]):
    """Numbers that are added at the end, in one array: its old places are reused when it grows."""

    def __init__(self, kind: type[N]) -> None:
        self._values = np.empty(1024, kind)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def extend(self, more: "np.ndarray[Any, np.dtype[N]]") -> None:
        """Adds numbers at the end."""
        self._reserve(len(more))
        self._values[self._count : self._count + len(more)] = more
        self._count += len(more)

    def whole(self) -> "np.ndarray[Any, np.dtype[N]]":
        """All numbers, to be looked at until more are added."""
        return self._values[: self._count]

    def ended_by(self, last: int) -> "np.ndarray[Any, np.dtype[N]]":
        """All numbers and one after them, where `NOWHERE` leads."""
        self._reserve(1)
        self._values[self._count] = last
        return self._values[: self._count + 1]

    def _reserve(self, more: int) -> None:
        if self._count + more > len(self._values):
            before = self._values
            self._values = np.empty(max(self._count + more, 2 * len(before)), before.dtype)
            self._values[: self._count] = before[: self._count]


class IdIndex:
    """The position at which each id was added, counted from 0."""

    def __init__(self) -> None:
        self._ids = Growing(np.int64)
        self._positions: np.ndarray[Any, np.dtype[np.int32]] = np.empty(0, np.int32)

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, ids: Digests) -> None:
        """Adds ids at the positions that follow; of an id added twice the first one counts."""
        if len(self._positions):
            # Back in the order in which they were added.
            self._ids.whole()[self._positions] = self._ids.whole().copy()
            self._positions = np.empty(0, np.int32)
        self._ids.extend(ids)

    def find(self, ids: Digests) -> Positions:
        """The position of each id; `NOWHERE` where it was not added."""
        known = self._ids.whole()
        if not len(known):
            return np.full(len(ids), NOWHERE)
        if not len(self._positions):
            self._positions = known.argsort(kind="stable").astype(np.int32)
            known.sort()
        # Looked for in their order, near ones lie near each other.
        order = ids.argsort()
        wanted = ids[order]
        at = known.searchsorted(wanted)
        at[at == len(known)] = 0
        found = np.empty(len(ids), np.int64)
        found[order] = np.where(known[at] == wanted, self._positions[at], NOWHERE)
        return found
