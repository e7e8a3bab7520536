"""Rows that findings need in full, held outside memory until the report is written."""

import pickle
from collections.abc import Collection, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any, TypeAlias

import numpy as np
from msgspec import Struct

from connectors.columnar.column_picking import values_at
from connectors.columnar.columns import Kinds
from connectors.columnar.encodings import GUID_BYTES, Column, guids, guids_to_bytes
from connectors.columnar.id_index import Growing, Positions
from connectors.columnar.packed_rows import PackedRows, fields_of, own_fields, pack_rows
from connectors.columnar.page import Page
from connectors.columnar.spool import Spool, cut_to_64_bits
from connectors.dynamics.tables.mailboxes import MailboxRow
from connectors.transport.closing import Closing

_ID_BYTES = 36
_OWN = own_fields(MailboxRow)
Numbers: TypeAlias = "np.ndarray[Any, np.dtype[np.signedinteger[Any]]]"
Identities: TypeAlias = "np.ndarray[Any, np.dtype[np.bytes_]]"
_AT_A_TIME = 10_000
_MOST_PARTS = 25
"""Each part of the rows looks at every page, so that more parts would cost more than more rows."""
_FEW = 0.2
"""Below this share of its page, rows are picked out: each rule that fails reads them again."""


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
    """What was kept of one page, its columns aside: they stand in a file of their own.

    `count` says how many rows the columns have, `places` which of these are kept. The kinds are
    those of the kept rows, as bytes, for they hold values of any type.
    """

    read_at: str
    count: int
    places: bytes
    kinds: bytes


class _Named(Struct, frozen=True, array_like=True):
    """The ids of a block and their groups; `are_guids` says that an id takes 16 bytes."""

    ids: bytes
    are_guids: bool
    groups: bytes


class FindingRows(Closing):
    """Rows in temporary files without a name: ids and groups in one, so that they are read alone.

    Where many rows of a page are kept, its columns are kept whole, packed as they came: picking the
    rows out of each would cost more than the place that the others take. While mailboxes are read,
    memory holds nothing for each.
    """

    def __init__(self) -> None:
        self._blocks: Spool[_Block] = Spool(_Block)
        self._columns: Spool[Column] = Spool(Column)
        self._named: Spool[_Named] = Spool(_Named)
        self._firsts = Growing(np.int64)
        self._are_guids = True
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def close(self) -> None:
        """Gives the files back."""
        self._blocks.close()
        self._columns.close()
        self._named.close()

    def add(self, page: Page, places: Sequence[int], groups: "Positions | Sequence[int]") -> None:
        """Keeps the rows at these places of a page, each with its group of verdicts."""
        if not len(places):
            return
        self._firsts.extend(np.array([len(self)]))
        self._count += len(places)
        in_bytes = np.asarray(groups, np.int32).tobytes()
        ids, are_guids = _ids(page, places)
        self._are_guids = self._are_guids and are_guids
        self._named.add([_Named(ids, are_guids, in_bytes)])
        kinds = pickle.dumps(_kinds_at(page.kinds, places))
        rows = page.rows
        if not isinstance(rows, PackedRows) or len(places) < _FEW * len(rows):
            rows, places = pack_rows(page.at(places)), range(len(places))
        for at in range(len(_OWN)):
            # Each by itself, so that a column that nobody asks for is not read again.
            self._columns.add([rows.packed[at]])
        in_bytes = np.asarray(places, np.int32).tobytes()
        self._blocks.add([_Block(page.read_at, len(rows), in_bytes, kinds)])

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

    def read(self, positions: Numbers, names: Collection[str]) -> Rows:
        """These fields of the rows at these positions, in their order.

        Each block is read once, whatever that order is.
        """
        ascending = positions.argsort(kind="stable")
        wanted = positions[ascending]
        firsts = self._firsts.whole()
        blocks = firsts.searchsorted(wanted, "right") - 1
        columns: dict[str, list[Any]] = {name: [] for name in names}
        read_at: list[str] = []
        places = (wanted - firsts[blocks]).tolist()
        begins = np.flatnonzero(np.diff(blocks, prepend=-1)).tolist()
        for begin, end in zip(begins, [*begins[1:], len(places)], strict=False):
            number, kept = int(blocks[begin]), places[begin:end]
            block = self._blocks.read(number)
            kinds: Kinds = pickle.loads(block.kinds)
            numbers = [kinds.numbers[at] for at in kept]
            here = np.frombuffer(block.places, np.int32)[kept].tolist()
            for name, column in columns.items():
                if name in kinds.fields:
                    of_kind = [cut_to_64_bits(each) for each in kinds.of(name)]
                    column += map(of_kind.__getitem__, numbers)
                else:
                    column += self._values(number, block.count, here, name)
            read_at += [block.read_at] * len(kept)
        back = ascending.argsort().tolist()
        return Rows(columns, read_at).at(back)

    def _values(self, block: int, rows: int, places: Sequence[int], name: str) -> list[Any]:
        """The values of one field, of its own, at these places of the page of a block."""
        at = _OWN.index(name)
        column = self._columns.read(block * len(_OWN) + at)
        return values_at(column, rows, places, fields_of(MailboxRow)[at][1])

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
        self._groups = 1 + int(ended_in.max(initial=0))

    def _chosen(self, groups: Collection[int]) -> Numbers:
        is_wanted = np.zeros(max(self._groups, 1 + max(groups, default=0)), np.bool_)
        is_wanted[list(groups)] = True
        return np.flatnonzero(is_wanted[self._ended_in]).astype(np.int32)

    def of(
        self, groups: Collection[int], names: Collection[str], *, backwards: bool = False
    ) -> Iterator[tuple[list[int], Rows]]:
        """The rows of these groups, some at a time: the group of each, and their fields."""
        chosen = self._chosen(groups)
        return self._read(chosen[::-1] if backwards else chosen, names)

    def first_of(
        self, groups: Collection[int], names: Collection[str], most: int
    ) -> Iterator[tuple[list[int], Rows]]:
        """The same of the first rows of each group, so many at most; no other row is looked at."""
        chosen = self._chosen(groups)
        ended_in = self._ended_in[chosen]
        by_group = ended_in.argsort(kind="stable")
        begins = np.flatnonzero(np.diff(ended_in[by_group], prepend=-1))
        sizes = np.diff(begins, append=len(chosen))
        places = np.arange(len(chosen)) - np.repeat(begins, sizes)
        return self._read(chosen[np.sort(by_group[places < most])], names)

    def _read(self, chosen: Numbers, names: Collection[str]) -> Iterator[tuple[list[int], Rows]]:
        at_once = max(_AT_A_TIME, -(-len(chosen) // _MOST_PARTS))
        for first in range(0, len(chosen), at_once):
            now = chosen[first : first + at_once]
            yield self._ended_in[now].tolist(), self._kept.read(self._order[now], names)

    def ids_of(self, groups: Collection[int]) -> "Ids":
        """The ids of the rows of these groups, without a look at the rows."""
        chosen = self._chosen(groups)
        return Ids(len(chosen), self._kept.ids(self._order[chosen]))


class Ids(Struct, frozen=True):
    """How many ids, and all of them one after the other in their order, each of one width."""

    count: int
    content: bytes


def _kinds_at(kinds: Kinds, places: Sequence[int]) -> Kinds:
    """The kinds of the rows at these places alone."""
    every = np.fromiter(kinds.numbers, np.int64, len(kinds.numbers))
    met, numbers = np.unique(every[np.asarray(places)], return_inverse=True)
    return Kinds(kinds.fields, [kinds.values[at] for at in met], numbers.tolist()).compact()


def _ids(page: Page, places: Sequence[int]) -> tuple[bytes, bool]:
    """The ids of the rows at these places, one after the other, and whether all are GUIDs."""
    column = page.packed("mailboxid")
    if column.encoding == "guids" and not column.holes:
        every = np.frombuffer(column.body, np.dtype((np.void, GUID_BYTES)))
        return every[np.asarray(places)].tobytes(), True
    ids = page.pick("mailboxid", places)
    raw = guids_to_bytes("".join(ids))
    if raw is not None and len(raw) == len(ids) * GUID_BYTES:
        return raw, True
    return _padded(ids), False


def _padded(ids: Sequence[str]) -> bytes:
    """The ids, one after the other, each cut or filled with blanks to one width."""
    joined = "".join(ids)
    if joined.isascii() and set(map(len, ids)) == {_ID_BYTES}:
        return joined.encode("ascii")
    raw = (id.encode("utf-8", "replace")[:_ID_BYTES] for id in ids)
    return b"".join(each.ljust(_ID_BYTES) for each in raw)
