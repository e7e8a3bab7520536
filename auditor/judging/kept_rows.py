"""Rows that findings need in full, held outside memory until the report is written."""

import pickle
from collections.abc import Collection, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any, TypeAlias

import numpy as np
from msgspec import Struct

from connectors.columnar.columns import Kinds
from connectors.columnar.encodings import GUID_BYTES, Column, guids, guids_to_bytes
from connectors.columnar.id_index import Growing, Positions
from connectors.columnar.packed_rows import PackedRows
from connectors.columnar.page import Page
from connectors.columnar.spool import Spool, cut_to_64_bits
from connectors.dynamics.tables.mailboxes import MailboxRow
from connectors.transport.closing import Closing

_ID_BYTES = 36
Numbers: TypeAlias = "np.ndarray[Any, np.dtype[np.signedinteger[Any]]]"
Identities: TypeAlias = "np.ndarray[Any, np.dtype[np.bytes_]]"
_AT_A_TIME = 10_000


class Rows(Struct, frozen=True):
    """Some mailboxes by column: the values of fields of `MailboxRow`, and when each was read."""

    columns: Mapping[str, Sequence[Any]]
    read_at: Sequence[str]

    def __len__(self) -> int:
        return len(self.read_at)

    def at(self, places: Sequence[int]) -> "Rows":
        """The rows at these places."""
        columns = {name: [*map(each.__getitem__, places)] for name, each in self.columns.items()}
        return Rows(columns, [*map(self.read_at.__getitem__, places)])


def as_rows(row: MailboxRow, read_at: str) -> Rows:
    """One row by column."""
    return Rows({name: [getattr(row, name)] for name in row.__struct_fields__}, [read_at])


class _Block(Struct, frozen=True, array_like=True):
    """What was kept of one page; its kinds as bytes, for they hold values of any type."""

    read_at: str
    count: int
    packed: tuple[Column, ...]
    kinds: bytes

    def rows(self) -> PackedRows:
        """The rows."""
        kinds: Kinds = pickle.loads(self.kinds)
        return PackedRows(MailboxRow, self.count, self.packed, kinds)


class _Named(Struct, frozen=True, array_like=True):
    """The ids of a block and their groups; `are_guids` says that an id takes 16 bytes."""

    ids: bytes
    are_guids: bool
    groups: bytes


class FindingRows(Closing):
    """Rows in temporary files without a name: ids and groups in one, so that they are read alone.

    While mailboxes are read, memory holds nothing for each.
    """

    def __init__(self) -> None:
        self._blocks: Spool[_Block] = Spool(_Block)
        self._named: Spool[_Named] = Spool(_Named)
        self._firsts = Growing(np.int64)
        self._are_guids = True
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def close(self) -> None:
        """Gives the files back."""
        self._blocks.close()
        self._named.close()

    def add(self, page: Page, places: Sequence[int], groups: "Positions | Sequence[int]") -> None:
        """Keeps the rows at these places of a page, each with its group of verdicts."""
        if not len(places):
            return
        self._firsts.extend(np.array([len(self)]))
        self._count += len(places)
        ids = page.pick("mailboxid", places)
        raw = guids_to_bytes("".join(ids))
        are_guids = raw is not None and len(raw) == len(ids) * GUID_BYTES
        self._are_guids = self._are_guids and are_guids
        packed_ids = raw if raw is not None and are_guids else _padded(ids)
        in_bytes = np.asarray(groups, np.int32).tobytes()
        self._named.add([_Named(packed_ids, are_guids, in_bytes)])
        rows = page.take(places)
        values = [tuple(map(cut_to_64_bits, each)) for each in rows.kinds.values]
        kinds = pickle.dumps(Kinds(rows.kinds.fields, values, rows.kinds.numbers))
        self._blocks.add([_Block(page.read_at, len(places), rows.packed, kinds)])

    def by_id(self, moved: Mapping[str, int]) -> "RowsById":
        """The rows in the order of their mailbox ids, each with the group that it ended in.

        Of mailboxes in `moved`, by id, that is the group there.
        """
        order = self.ordered()
        return RowsById(self, order, self.groups(moved)[order])

    def ordered(self) -> Numbers:
        """Positions of the rows in the order of their mailbox ids."""
        return self._every_id().argsort(kind="stable").astype(np.int32)

    def groups(self, moved: Mapping[str, int]) -> Numbers:
        """The group of verdicts of each row; of those in `moved`, by mailbox id, the one there."""
        found = np.empty(len(self), np.int32)
        at = 0
        for each in self._named:
            here = np.frombuffer(each.groups, np.int32)
            found[at : at + len(here)] = here
            at += len(here)
        if moved:
            ids, ended_in = self._every_id(), {self._packed(id): moved[id] for id in moved}
            for at in np.flatnonzero(np.isin(ids, list(ended_in))).tolist():
                found[at] = ended_in[ids[at : at + 1].tobytes()]
        return found

    def read(self, positions: Numbers, names: Collection[str]) -> Iterator[Rows]:
        """These fields of the rows at these positions, in their order, some rows at a time."""
        for first in range(0, len(positions), _AT_A_TIME):
            yield self._read(positions[first : first + _AT_A_TIME], names)

    def _read(self, positions: Numbers, names: Collection[str]) -> Rows:
        """Each block once, whatever the order of the positions."""
        ascending = positions.argsort(kind="stable")
        wanted = positions[ascending]
        firsts = self._firsts.whole()
        blocks = firsts.searchsorted(wanted, "right") - 1
        columns: dict[str, list[Any]] = {name: [] for name in names}
        read_at: list[str] = []
        places = (wanted - firsts[blocks]).tolist()
        begins = np.flatnonzero(np.diff(blocks, prepend=-1)).tolist()
        for begin, end in zip(begins, [*begins[1:], len(places)], strict=True):
            block, here = self._blocks.read(int(blocks[begin])), places[begin:end]
            rows = block.rows()
            for name, column in columns.items():
                column += rows.pick(name, here)
            read_at += [block.read_at] * len(here)
        back = ascending.argsort().tolist()
        return Rows(columns, read_at).at(back)

    def ids(self, positions: Numbers) -> bytes:
        """The ids of the rows at these positions, one after the other: 16 bytes that tell each.

        A GUID's own, else a digest, whatever the ids of other rows are.
        """
        chosen = self._every_id()[positions]
        if self._are_guids:
            return chosen.tobytes()
        texts = (each.decode("ascii", "replace") for each in chosen.tolist())
        return b"".join(
            guids_to_bytes(text) or blake2b(text.encode(), digest_size=GUID_BYTES).digest()
            for text in texts
        )

    def _every_id(self) -> Identities:
        """The ids: 16 bytes each where all are GUIDs, which order as their texts do."""
        found = np.empty(len(self), f"S{GUID_BYTES if self._are_guids else _ID_BYTES}")
        at = 0
        for each in self._named:
            count = len(each.groups) // np.dtype(np.int32).itemsize
            ids = each.ids
            if each.are_guids and not self._are_guids:
                ids = _padded(guids(ids, count))
            found[at : at + count] = np.frombuffer(ids, found.dtype)
            at += count
        return found

    def _packed(self, id: str) -> bytes:
        """One id as `_every_id` has it; it may be none of them."""
        raw = guids_to_bytes(id) if self._are_guids else None
        return raw if raw is not None and len(raw) == GUID_BYTES else _padded([id])


class RowsById:
    """Kept rows in the order of their mailbox ids, found by the groups that they ended in."""

    def __init__(self, kept: FindingRows, order: Numbers, ended_in: Numbers) -> None:
        self._kept = kept
        self._order = order
        self._ended_in = ended_in

    def _chosen(self, groups: Collection[int]) -> Positions:
        is_wanted = np.zeros(max(groups, default=-1) + 1, np.bool_)
        is_wanted[list(groups)] = True
        known = np.flatnonzero(self._ended_in < len(is_wanted))
        return known[is_wanted[self._ended_in[known]]]

    def of(
        self, groups: Collection[int], names: Collection[str]
    ) -> Iterator[tuple[list[int], Rows]]:
        """The rows of these groups, some at a time: the group of each, and their fields."""
        chosen = self._chosen(groups)
        for rows in self._kept.read(self._order[chosen], names):
            now, chosen = chosen[: len(rows)], chosen[len(rows) :]
            yield self._ended_in[now].tolist(), rows

    def ids_of(self, groups: Collection[int]) -> "Ids":
        """The ids of the rows of these groups, without a look at the rows."""
        chosen = self._chosen(groups)
        return Ids(len(chosen), self._kept.ids(self._order[chosen]))


class Ids(Struct, frozen=True):
    """How many ids, and all of them one after the other in their order, each of one width."""

    count: int
    content: bytes


def _padded(ids: Sequence[str]) -> bytes:
    """The ids, one after the other, each cut or filled with blanks to one width."""
    joined = "".join(ids)
    if joined.isascii() and set(map(len, ids)) == {_ID_BYTES}:
        return joined.encode("ascii")
    raw = (id.encode("utf-8", "replace")[:_ID_BYTES] for id in ids)
    return b"".join(each.ljust(_ID_BYTES) for each in raw)
