"""The settings of every record that an audit reads, held outside memory, one digest a record.

Two audits are compared by their digests; what a record holds is looked at where they differ.
"""

import struct
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple, TypeAlias

import msgspec
from msgspec import Struct

from auditor.differences.packed_settings import (
    DIGEST_BYTES,
    PackedSettings,
    ReadSettings,
    packed_settings,
    page_digest,
)
from auditor.differences.records import KINDS, Record
from connectors.columnar.page import Page
from connectors.columnar.spool import Spool
from connectors.sources.live import PageSource, Stream
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import Reader, SourceState


class _Page(NamedTuple):
    """What memory holds of a page."""

    source: str
    records: int
    digest: bytes


KeepPages: TypeAlias = Callable[[Iterable[PackedSettings]], Callable[[], Iterator[PackedSettings]]]
"""Keeps pages; what is given streams them."""


class SentSettings(Struct, frozen=True):
    """The settings of all records of one audit, for another process: a page each."""

    pages: tuple[_Page, ...]
    blocks: tuple[bytes, ...]
    whole: tuple[str, ...]


class RecordSettings:
    """The settings of all records of one audit, in the order in which they were read.

    A page has one digest, which is made in no time. Where it is another one than in the run
    before, each record is looked at.
    """

    def __init__(self) -> None:
        self._stored: Spool[PackedSettings] = Spool(PackedSettings)
        self._lock = threading.Lock()
        self._pages: list[_Page] = []
        self._digests: dict[int, bytes] = {}
        """By the number of a page, the digests of its records, once somebody asked for them."""
        self.whole: set[str] = set()
        """The sources of which every record was read."""

    def close(self) -> None:
        """Give the file back."""
        self._stored.close()

    def __len__(self) -> int:
        return sum(each.records for each in self._pages)

    def watching(self, outside: PageSource) -> PageSource:
        """The same place to read from; what is read there is taken note of as it passes."""
        return _Watched(outside, self)

    def blocks(self) -> Iterator["Block"]:
        """The records as they were read, some at a time."""
        for number, page in enumerate(self._pages):
            yield Block(page.source, self, number)

    def digests(self) -> dict[str, str]:
        """One digest for each source that was read, whatever the order of its pages.

        The same digest means the same settings. Another one may come of records that are as they
        were and that came in other pages.
        """
        sums: dict[str, list[int]] = {source: [0, 0, 0] for source in self.whole}
        for source, records, digest in self._pages:
            first, second = struct.unpack("<2Q", digest)
            own = sums.setdefault(source, [0, 0, 0])
            for at, more in enumerate((records, first, second)):
                own[at] += more
        return {
            source: f"{count}:{first % 2**64:016x}{second % 2**64:016x}"
            for source, (count, first, second) in sums.items()
        }

    def add(self, source: str, row: type[Struct], page: Page) -> None:
        """Take note of a page's records, which are of the type; from any thread."""
        if not len(page.rows):
            return
        stored = packed_settings(row, page)
        noted = _Page(source, stored.count, page_digest(stored))
        with self._lock:
            self._stored.add([stored])
            self._pages.append(noted)

    def sent(self) -> SentSettings:
        """What another process takes."""
        return SentSettings(
            pages=tuple(self._pages),
            blocks=tuple(zlib.compress(msgspec.msgpack.encode(each)) for each in self._stored),
            whole=tuple(sorted(self.whole)),
        )

    def take(self, sent: SentSettings) -> None:
        """Take note of what another process sent."""
        stored = (
            msgspec.msgpack.decode(zlib.decompress(each), type=PackedSettings)
            for each in sent.blocks
        )
        self._take(sent.pages, stored, sent.whole)

    def keep(self, keep: KeepPages) -> Callable[[], "RecordSettings"]:
        """Have the pages kept elsewhere; what is given makes the same settings of them."""
        stream, pages, whole = keep(self._stored), tuple(self._pages), tuple(self.whole)

        def kept() -> RecordSettings:
            made = RecordSettings()
            made._take(pages, stream(), whole)
            return made

        return kept

    def _take(
        self, pages: Iterable[_Page], stored: Iterable[PackedSettings], whole: Iterable[str]
    ) -> None:
        with self._lock:
            for each in stored:
                self._stored.add([each])
            self._pages.extend(pages)
            self.whole.update(whole)

    def read(self, number: int) -> "ReadSettings":
        """One page in full."""
        return ReadSettings(self._stored.read(number))

    def digests_of(self, number: int) -> bytes:
        """The digests of the records of one page, one after the other."""
        if number not in self._digests:
            self._digests[number] = self.read(number).digests()
        return self._digests[number]


class Block:
    """Some records of one source, in the order in which they were read."""

    def __init__(self, source: str, of: RecordSettings, number: int) -> None:
        self.source = source
        self._of = of
        self._number = number

    @cached_property
    def digests(self) -> list[bytes]:
        """The digest of each record."""
        joined = self._of.digests_of(self._number)
        return [joined[at : at + DIGEST_BYTES] for at in range(0, len(joined), DIGEST_BYTES)]

    def at(self, places: Sequence[int]) -> Iterator[Record]:
        """The records at these places."""
        if not places:
            return
        page = self._of.read(self._number)
        for at in places:
            yield Record(
                self.digests[at],
                self.source,
                page.ids[at],
                page.own[at].decode(),
                page.shapes[page.stored.places[at]],
                page.stored.read_at,
            )


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
