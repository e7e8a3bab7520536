"""A snapshot as an outside: what servers once answered, to be read again.

Also tested in `tests/auditor/snapshots/test_round_trip.py` and
`tests/auditor/snapshots/test_damage.py`.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NoReturn, TypeVar

import msgspec
from msgspec import Struct

from auditor.process.files import explain, is_pipe_or_device
from auditor.snapshots import blocks, frames
from auditor.snapshots.contents import Header, Index, SourceEntry
from auditor.snapshots.errors import Malformed, SnapshotError
from auditor.snapshots.frames import Frame
from auditor.snapshots.wanted import Among
from connectors.columnar import encodings
from connectors.columnar.page import Page
from connectors.dynamics.tables import (
    emailserverprofiles,
    mailboxes,
    organizations,
    queues,
    systemusers,
)
from connectors.sources.live import Stream
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import Reader, SourceState

_ALWAYS_READ = frozenset(
    table.source
    for table in (
        emailserverprofiles.TABLE,
        mailboxes.TABLE,
        organizations.TABLE,
        queues.TABLE,
        systemusers.TABLE,
    )
)
"""Sources that every audit of every release asks for: without one, a snapshot is not complete."""
_AGAIN = "Take the snapshot again, or fetch the file again from where it was stored."
T = TypeVar("T", bound=Struct)


def is_snapshot(path: Path) -> bool:
    """Whether the file begins as a snapshot does; false too where it cannot be read."""
    if is_pipe_or_device(path):
        return False
    try:
        with path.open("rb") as file:
            return file.read(len(frames.MAGIC)) == frames.MAGIC
    except (OSError, ValueError):
        return False


def open_snapshot(path: Path | str) -> "Snapshot":
    """The snapshot at `path`. Raises `SnapshotError`."""
    return Snapshot(path)


class Snapshot:
    """What was read once: `header` tells of which environment and when.

    `sources` are the names of all sources that were asked; `seal` (lower-case hex) stands for
    every byte of the file. Each block of pages is checked against its digest when it is read.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        with open_file(self.path) as file:
            size_bytes = size_of(file)
            check_preamble(self.path, file)
            try:
                index_offset, seal = frames.read_end(file, size_bytes)
                header = frames.read_frame(file, size_bytes, frames.PREAMBLE_BYTES)
            except Malformed as fault:
                refuse(self.path, fault, None)
            try:
                index = frames.read_frame(file, size_bytes, index_offset)
                if index.link != seal or index.end + frames.END.size != size_bytes:
                    raise Malformed("the end of the file does not belong to its index")
            except Malformed as fault:
                refuse(self.path, fault, index_offset)
        self.header = header_of(self.path, header)
        self.seal = seal.hex()
        self._size_bytes = size_bytes
        self._entries = entries_of(self.path, index)

    @property
    def sources(self) -> tuple[str, ...]:
        """The names of the sources that were asked, by name."""
        return tuple(sorted(self._entries))

    def open(self, reader: Reader, earlier: EarlierReadings) -> Stream:
        """The pages of one source as they were read. Iterating them raises `SnapshotError`.

        `earlier` is not looked at: what was asked is settled.
        """
        return self.sifted(reader)

    def sifted(self, reader: Reader, *wanted: Among) -> Stream:
        """The same, with those rows alone that one of `wanted` is about; all, where none is given.

        Every block is checked, but rows are made of those alone that hold one. The state is that of
        the whole source.
        """
        entry = self._entries.get(reader.source)
        return _StoredStream(self.path, self._size_bytes, reader, entry, wanted)


class _StoredStream:
    """While it is iterated its state is as of the page in hand, as with a live server."""

    def __init__(
        self,
        path: Path,
        size_bytes: int,
        reader: Reader,
        entry: SourceEntry | None,
        wanted: tuple[Among, ...],
    ) -> None:
        self._path = path
        self._size_bytes = size_bytes
        self._reader = reader
        self._entry = entry
        self._wanted = wanted
        self._end = 0
        self._state = (
            SourceState(reader.source, "read") if entry is not None else _without(reader.source)
        )

    def __iter__(self) -> Iterator[Page]:
        entry = self._entry
        if entry is None:
            return
        records = self._end = 0
        if entry.blocks:
            with open_file(self._path) as file:
                for offset in entry.blocks:
                    for count, page in self._pages(file, offset):
                        records += count
                        self._state = _as_of(entry.state, records)
                        if page is not None:
                            yield page
        if records != entry.records:
            raise SnapshotError(
                self._path,
                f"the source {self._reader.source} has {records} records instead of "
                f"{entry.records}",
                _AGAIN,
            )
        self._state = entry.state

    @property
    def state(self) -> SourceState:
        """How the reading stands; final once all pages were iterated."""
        return self._state

    def _pages(self, file: BinaryIO, offset: int) -> Iterator[tuple[int, Page | None]]:
        """Each page with the number of its rows; None in place of one without a wanted row."""
        try:
            # Else a small file could have a block read again and again.
            if offset < self._end:
                raise Malformed("the index names a block twice, or blocks that overlap")
            frame = frames.read_frame(file, self._size_bytes, offset)
            self._end = frame.end
            if frame.kind != frames.PAGES:
                raise Malformed("there is no block of pages here, though the index says so")
            block = blocks.decode(frame.content)
            if block.source != self._reader.source:
                raise Malformed(f"this block is not of the source {self._reader.source}")
            if not self._wanted:
                for page in blocks.pages_of(block, self._reader.row):
                    yield len(page.rows), page
                return
            places = {at for each in self._wanted for at in each.places(block, self._reader.row)}
            if not places:
                yield block.rows, None
                return
            start = 0
            for page in blocks.pages_of(block, self._reader.row):
                end = start + len(page.rows)
                own = sorted(at - start for at in places if start <= at < end)
                rows = page.at(own)
                yield end - start, Page(rows, page.read_at, page.digest) if rows else None
                start = end
        except Malformed as fault:
            refuse(self._path, fault, offset, f"source {self._reader.source}: ")


def _as_of(final: SourceState, records: int) -> SourceState:
    return msgspec.structs.replace(
        final, status="read", records=records, code="", reason="", remedy=""
    )


def _without(source: str) -> SourceState:
    return SourceState(
        name=source,
        status="failed" if source in _ALWAYS_READ else "not-configured",
        code="not-in-snapshot",
        reason=f"The snapshot was taken without the source {source}.",
        remedy="Take a new snapshot with this release of the auditor.",
    )


def open_file(path: Path) -> BinaryIO:
    """The file, open for reading. Raises `SnapshotError`."""
    try:
        if path.exists() and not path.is_file():
            raise SnapshotError(path, "this is not a file", "Name a snapshot.")
        return path.open("rb")
    except FileNotFoundError as missing:
        raise SnapshotError(path, "there is no such file", "Check its name.") from missing
    except OSError as refusal:
        raise SnapshotError(
            path, f"it cannot be opened: {explain(refusal)}", "Check who may read it."
        ) from refusal


def size_of(file: BinaryIO) -> int:
    """How many bytes the file has."""
    return file.seek(0, os.SEEK_END)


def check_preamble(path: Path, file: BinaryIO) -> None:
    """Raises `SnapshotError` where the file is no snapshot, or one of a newer format."""
    try:
        version = frames.read_preamble(file)
    except Malformed as fault:
        raise SnapshotError(
            path, str(fault), "Name a file that `auditor run --snapshot` wrote."
        ) from fault
    if version != frames.VERSION:
        raise SnapshotError(
            path,
            f"its format is version {version}, and this release reads version {frames.VERSION}",
            "Update the auditor.",
        )


def decoded(path: Path, frame: Frame, kind: bytes, shape: type[T]) -> T:
    """What a header or index holds. Raises `SnapshotError`."""
    try:
        if frame.kind != kind:
            raise Malformed("there is another block here than the format asks for")
        encodings.check_nesting(frame.content)
        return msgspec.msgpack.decode(frame.content, type=shape)
    except (Malformed, msgspec.MsgspecError, RecursionError, ValueError) as fault:
        refuse(path, fault, frame.offset)


def header_of(path: Path, frame: Frame) -> Header:
    """What the header holds, if an audit could have written it. Raises `SnapshotError`."""
    header = decoded(path, frame, frames.HEADER, Header)
    if fault := next(header.faults(), None):
        refuse(path, Malformed(fault), frame.offset)
    return header


def entries_of(path: Path, frame: Frame) -> dict[str, SourceEntry]:
    """The sources of the index by name, if an audit could have written it.

    Raises `SnapshotError`.
    """
    index = decoded(path, frame, frames.INDEX, Index)
    if fault := next(index.faults(), None):
        refuse(path, Malformed(fault), frame.offset)
    return {entry.state.name: entry for entry in index.sources}


def refuse(path: Path, fault: Exception, offset: int | None, place: str = "") -> NoReturn:
    """Raises the fault as a `SnapshotError`."""
    raise SnapshotError(path, f"{place}{fault}", _AGAIN, offset=offset) from fault
