"""Rows that findings need in full, held outside memory until the report is written."""

import os
import pickle
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Any

import numpy as np
from msgspec import Struct

from connectors.closing import Closing
from connectors.columns import Numbered
from connectors.compact_index import Growing, Positions
from connectors.dynamics.rows import MailboxRow
from connectors.packed import own_fields
from connectors.sources import Page
from connectors.spool import Spool, cut_to_64_bits

_ID_BYTES = 36
_MOST_REMEMBERED = 10_000
_AT_A_TIME = 1000


class KeptRow(Struct, frozen=True):
    """One mailbox row, and the time it was read."""

    row: MailboxRow
    read_at: str


class KeptRows(Closing):
    """Rows in a temporary file without a name; memory holds some fifty-six bytes for each.

    What many rows have in common, the values of their kind, is written once for them.
    """

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()
        self._end = 0
        self._ids = bytearray()
        self._groups = Growing(np.int32)
        self._starts = Growing(np.int64)
        self._kinds = Growing(np.int32)
        self._times_of = Growing(np.int32)
        self._times = Numbered()
        self._every_kind: Spool[bytes] = Spool(bytes)
        self._met: dict[tuple[Any, ...], int] = {}

    def __len__(self) -> int:
        return len(self._groups)

    def close(self) -> None:
        """Gives the files back."""
        self._file.close()
        self._every_kind.close()

    def __del__(self) -> None:
        # An audit hands its findings out for as long as anybody holds it: nobody else closes it.
        self.close()

    def add(self, page: Page, places: Sequence[int], groups: "Positions | Sequence[int]") -> None:
        """Keeps the rows at these places of a page, each with its group of verdicts."""
        if not len(places):
            return
        kinds = [page.kinds.numbers[at] for at in places]
        kept = {number: self._kind(page.kinds.values[number]) for number in set(kinds)}
        self._kinds.extend(np.array(list(map(kept.__getitem__, kinds)), np.int32))
        ids, *rest = (page.pick(name, places) for name in own_fields(MailboxRow))
        self._times_of.extend(np.full(len(places), self._times[page.read_at], np.int32))
        self._groups.extend(np.asarray(groups, np.int32))
        self._ids += _padded(ids)
        bodies = list(map(pickle.dumps, zip(ids, *rest, strict=True)))
        starts = list(accumulate(map(len, bodies), initial=self._end))
        self._starts.extend(np.array(starts[:-1]))
        self._file.write(b"".join(bodies))
        self._end = starts[-1]

    def _kind(self, values: tuple[Any, ...]) -> int:
        """Where the values of a kind are kept."""
        position = self._met.get(values)
        if position is None:
            if len(self._met) == _MOST_REMEMBERED:
                self._met.clear()
            position = self._met[values] = len(self._every_kind)
            self._every_kind.add([pickle.dumps(tuple(map(cut_to_64_bits, values)))])
        return position

    def ordered(self) -> Positions:
        """Positions of the rows in the order of their mailbox ids."""
        return self._every_id().argsort(kind="stable")

    def groups(self, moved: Mapping[str, int]) -> Positions:
        """The group of verdicts of each row; of those in `moved`, by mailbox id, the one there."""
        found = self._groups.whole().astype(np.int64)
        if moved:
            ids, ended_in = self._every_id(), {_padded([id]): moved[id] for id in moved}
            for at in np.flatnonzero(np.isin(ids, list(ended_in))).tolist():
                found[at] = ended_in[bytes(ids[at])]
        return found

    def read(self, positions: Positions) -> Iterator[KeptRow]:
        """The rows at these positions, in their order."""
        self._file.flush()
        kind_at = lru_cache(_MOST_REMEMBERED)(lambda at: pickle.loads(self._every_kind.read(at)))
        starts = self._starts.ended_by(self._end)
        for first in range(0, len(positions), _AT_A_TIME):
            places = positions[first : first + _AT_A_TIME]
            for start, end, kind, time in zip(
                starts[places].tolist(),
                starts[places + 1].tolist(),
                self._kinds.whole()[places].tolist(),
                self._times_of.whole()[places].tolist(),
                strict=True,
            ):
                own = pickle.loads(self._read(start, end - start))
                row = MailboxRow(*own, *kind_at(kind))
                yield KeptRow(row, self._times.values_met[time])

    def _every_id(self) -> "np.ndarray[Any, np.dtype[np.bytes_]]":
        return np.frombuffer(bytes(self._ids), f"S{_ID_BYTES}")

    def _read(self, start: int, size_bytes: int) -> bytes:
        # One call to the system for a row, where it has one that needs no seek before it.
        if hasattr(os, "pread"):
            return os.pread(self._file.fileno(), size_bytes, start)
        self._file.seek(start)
        content = self._file.read(size_bytes)
        self._file.seek(0, os.SEEK_END)
        return content


def _padded(ids: Sequence[str]) -> bytes:
    """The ids, one after the other, each cut or filled with blanks to one width."""
    joined = "".join(ids)
    if joined.isascii() and set(map(len, ids)) == {_ID_BYTES}:
        return joined.encode("ascii")
    raw = (id.encode("utf-8", "replace")[:_ID_BYTES] for id in ids)
    return b"".join(each.ljust(_ID_BYTES) for each in raw)
