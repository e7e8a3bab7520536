"""The settings of every record that an audit reads, held outside memory, one digest a record.

A record's settings are its columns without those that Dynamics 365 itself moves on (times, counts).
Two audits are compared by their digests; what a record holds is looked at where they differ.
"""

import re
import struct
import threading
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, cached_property
from hashlib import blake2b
from typing import Any

import msgspec
from msgspec import Struct

from auditor.model import Subject, SubjectKind
from connectors.columnar.packed_rows import fields_of, own_fields
from connectors.columnar.page import Page
from connectors.columnar.spool import Spool
from connectors.sources.live import PageSource, Stream
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import Reader, SourceState

DIGEST_BYTES = 16
KINDS: Mapping[str, tuple[SubjectKind, str, str]] = {
    "dynamics.mailboxes": ("mailbox", "name", "emailaddress"),
    "dynamics.emailserverprofiles": ("profile", "name", ""),
    "dynamics.organizations": ("organization", "name", ""),
    "dynamics.systemusers": ("user", "fullname", "internalemailaddress"),
    "dynamics.queues": ("queue", "name", "emailaddress"),
}
"""The sources whose records have settings: what a record is, and the fields that name it."""
SOURCES: Mapping[str, str] = {kind: source for source, (kind, _, _) in KINDS.items()}

_MOVED_BY_DYNAMICS = re.compile(
    r"(completed|attempted|occurred|expires|modified|created)on$|starttime$|count$|postpone"
    r"|^itemsfailedforlastsync$|^processingstatecode$|^hostid$|^testemailconfigurationscheduled$"
)


def is_setting(column: str) -> bool:
    """Whether somebody sets the column; the others Dynamics 365 itself moves on."""
    return not _MOVED_BY_DYNAMICS.search(column)


class Settings(Struct, frozen=True):
    """The settings of one record: `values` by the names of their columns; read when (UTC)."""

    source: str
    id: str
    values: Mapping[str, Any]
    read_at: str

    @property
    def subject(self) -> Subject:
        """The record as the subject of a report."""
        kind, name, address = KINDS[self.source]
        return Subject(
            kind,
            self.id,
            str(self.values.get(name) or ""),
            str(self.values.get(address) or ""),
        )


class _Stored(Struct, frozen=True, array_like=True):
    read_at: str
    own_names: tuple[str, ...]
    few: tuple[bytes, ...]
    """JSON of the values that many records have in common; a record has the place of its own."""
    ids: tuple[str, ...]
    own: tuple[bytes, ...]
    places: tuple[int, ...]


class RecordSettings:
    """The settings of all records of one audit, in the order in which they were read."""

    def __init__(self) -> None:
        self._stored: Spool[_Stored] = Spool(_Stored)
        self._lock = threading.Lock()
        self._sources: list[str] = []
        self._digests: list[bytes] = []
        self.whole: set[str] = set()
        """The sources of which every record was read."""

    def close(self) -> None:
        """Give the file back."""
        self._stored.close()

    def __len__(self) -> int:
        return sum(len(each) for each in self._digests) // DIGEST_BYTES

    def watching(self, outside: PageSource) -> PageSource:
        """The same place to read from; what is read there is taken note of as it passes."""
        return _Watched(outside, self)

    def blocks(self) -> Iterator["Block"]:
        """The records as they were read, some at a time."""
        for number, (source, digests) in enumerate(zip(self._sources, self._digests, strict=True)):
            yield Block(source, digests, self, number)

    def digests(self) -> dict[str, str]:
        """One digest for each source that was read, whatever the order of its records."""
        sums: dict[str, list[int]] = {source: [0, 0, 0] for source in self.whole}
        for source, digests in zip(self._sources, self._digests, strict=True):
            halves = struct.unpack(f"<{len(digests) // 8}Q", digests)
            own = sums.setdefault(source, [0, 0, 0])
            own[0] += len(halves) // 2
            own[1] += sum(halves[::2])
            own[2] += sum(halves[1::2])
        return {
            source: f"{count}:{first % 2**64:016x}{second % 2**64:016x}"
            for source, (count, first, second) in sums.items()
        }

    def add(self, source: str, row: type[Struct], page: Page) -> None:
        """Take note of a page's records, which are of the type; from any thread."""
        if not len(page.rows):
            return
        block = _stored(row, page)
        few = [blake2b(each, digest_size=8).digest() for each in block.few]
        digests = bytearray()
        for id, own, place in zip(block.ids, block.own, block.places, strict=True):
            digests += blake2b(
                b"%b%b%b" % (id.encode("utf-8", "replace"), few[place], own),
                digest_size=DIGEST_BYTES,
            ).digest()
        with self._lock:
            self._stored.add([block])
            self._sources.append(source)
            self._digests.append(bytes(digests))

    def read(self, number: int) -> _Stored:
        """One block in full."""
        return self._stored.read(number)


class Record(Struct, frozen=True):
    """One record as it is stored: its digest, JSON of its own values, and its shape."""

    digest: bytes
    source: str
    id: str
    own: str
    shape: "Shape"
    read_at: str

    def settings(self) -> "Settings":
        """What the record holds."""
        return settings_of(self.source, self.id, self.shape, self.own, self.read_at)


class Shape(Struct, frozen=True):
    """The names of the values that records have of their own, and what they have in common."""

    own: tuple[str, ...]
    common: dict[str, Any]


def settings_of(source: str, id: str, shape: Shape, own: str, read_at: str) -> "Settings":
    """The settings of a record that is stored in parts."""
    values = dict(zip(shape.own, msgspec.json.decode(own), strict=True))
    return Settings(source, id, {**values, **shape.common}, read_at)


class Block:
    """Some records of one source, in the order in which they were read."""

    def __init__(self, source: str, digests: bytes, of: RecordSettings, number: int) -> None:
        self.source = source
        self._digests = digests
        self._of = of
        self._number = number

    @cached_property
    def digests(self) -> list[bytes]:
        """The digest of each record."""
        joined = self._digests
        return [joined[at : at + DIGEST_BYTES] for at in range(0, len(joined), DIGEST_BYTES)]

    def at(self, places: Sequence[int]) -> Iterator[Record]:
        """The records at these places."""
        if not places:
            return
        stored = self._of.read(self._number)
        shapes = [Shape(stored.own_names, msgspec.json.decode(each)) for each in stored.few]
        for at in places:
            yield Record(
                self.digests[at],
                self.source,
                stored.ids[at],
                stored.own[at].decode(),
                shapes[stored.places[at]],
                stored.read_at,
            )


def _stored(row: Any, page: Page) -> _Stored:
    id_field, own, few = _fields(row)
    columns, kinds, wire = page.columns, page.kinds, _wire_names(row)
    shared = [name for name in few if name in kinds.fields]
    picked = zip(*(map(_plain, kinds.of(name)) for name in shared), strict=True)
    names = tuple(wire[name] for name in shared)
    # Rows of a type that tells no kinds apart hold every setting of their own.
    common = tuple(_encode(dict(zip(names, each, strict=True))) for each in picked) or (b"{}",)
    values = [_column(columns[name]) for name in own]
    return _Stored(
        page.read_at,
        tuple(wire[name] for name in own),
        common,
        tuple(columns[id_field]),
        tuple(map(_encode, zip(*values, strict=True))),
        tuple(kinds.numbers) if shared else (0,) * len(page.rows),
    )


@cache
def _fields(row: Any) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """The field of the id; the settings that a record has of its own, and those that many share."""
    id_field, *names = row.__struct_fields__
    own = own_fields(row)
    kept = list(filter(is_setting, names))
    return (
        id_field,
        tuple(name for name in kept if name in own),
        tuple(name for name in kept if name not in own),
    )


@cache
def _wire_names(row: Any) -> Mapping[str, str]:
    names = (wire_name for wire_name, _, _ in fields_of(row))
    return dict(zip(row.__struct_fields__, names, strict=True))


def _column(values: Sequence[Any]) -> Sequence[Any]:
    """The values as JSON holds them."""
    try:
        "".join(value for value in values if type(value) is str).encode()
    except UnicodeEncodeError:
        return list(map(_plain, values))
    return list(map(_plain, values)) if msgspec.UNSET in values else values


def _plain(value: Any) -> Any:
    """A value as JSON holds it; a column that was not answered is null."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    return None if value is msgspec.UNSET else value


_encode = msgspec.json.Encoder().encode


class _Watched:
    def __init__(self, outside: PageSource, settings: RecordSettings) -> None:
        self._outside = outside
        self._settings = settings

    def open(self, reader: Reader, before: EarlierReadings) -> Stream:
        """The pages of one source."""
        stream = self._outside.open(reader, before)
        if reader.source not in KINDS:
            return stream
        return _WatchedStream(reader, stream, self._settings)


class _WatchedStream:
    def __init__(self, reader: Reader, stream: Stream, settings: RecordSettings) -> None:
        self._reader = reader
        self._stream = stream
        self._settings = settings

    def __iter__(self) -> Iterator[Page]:
        for page in self._stream:
            self._settings.add(self._reader.source, self._reader.row, page)
            yield page
            del page
        if self._stream.state.whole:
            self._settings.whole.add(self._reader.source)

    @property
    def state(self) -> SourceState:
        """How the reading stands."""
        return self._stream.state
