"""Writes a snapshot of everything that passes on its way from the outside to the audit.

Also tested in `tests/auditor/snapshots/test_round_trip.py` and
`tests/auditor/snapshots/test_damage.py`.
"""

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec
import zstandard

from auditor.process.files import writing_bytes
from auditor.snapshots import blocks, frames
from auditor.snapshots.contents import Header, Index, SourceEntry
from auditor.snapshots.errors import SnapshotError
from connectors.columnar.page import Page
from connectors.sources.live import PageSource, Stream
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import Reader, SourceState

LEVEL = 3
"""Higher levels cost several times as much and save a hundredth."""
ROWS_AT_ONCE = 5_000
"""Small pages of a source wait until this many rows are together: they compress better so."""


@contextlib.contextmanager
def recording(path: Path | str, header: Header, outside: PageSource) -> Iterator["Recorder"]:
    """An outside whose pages are also written to `path`, which is there once the block ends.

    The file has mode 0600; on an error there is none, or the one that was there before. Raises
    `FileNotWritten`.
    """
    with writing_bytes(path) as out:
        recorder = Recorder(outside, SnapshotWriter(out, header, path))
        yield recorder
        recorder.finish()


class SnapshotWriter:
    """Appends frames to an open file. Any thread may append."""

    def __init__(self, out: BinaryIO, header: Header, path: Path | str) -> None:
        self.path = path
        self._out = out
        self._lock = threading.Lock()
        self._link = frames.first_link(frames.PREAMBLE)
        self._offset = frames.PREAMBLE_BYTES
        out.write(frames.PREAMBLE)
        self.append(frames.HEADER, _compressor(), msgspec.msgpack.encode(header))

    def append(self, kind: bytes, compressor: zstandard.ZstdCompressor, content: bytes) -> int:
        """Write one frame; gives the byte at which it begins."""
        if len(content) > frames.LIMITS_BYTES[kind]:
            raise SnapshotError(
                self.path,
                f"one record or the header takes {len(content)} bytes, more than fits",
                "Run the audit without `--snapshot`.",
            )
        payload = compressor.compress(content)
        with self._lock:
            offset = self._offset
            self._link = frames.write_frame(self._out, kind, payload, len(content), self._link)
            self._offset += frames.frame_bytes(payload)
        return offset

    def close(self, index: Index) -> None:
        """Write the index and the end."""
        offset = self.append(frames.INDEX, _compressor(), msgspec.msgpack.encode(index))
        frames.write_end(self._out, offset, self._link)


class Recorder:
    """An outside that lets every page through and writes it. A source is written once.

    Sources may be read side by side, each in its own thread.
    """

    def __init__(self, outside: PageSource, writer: SnapshotWriter) -> None:
        self._outside = outside
        self._writer = writer
        self._lock = threading.Lock()
        self._streams: dict[str, _RecordedStream] = {}

    def open(self, reader: Reader, earlier: EarlierReadings) -> Stream:
        """The pages of one source, written as they are iterated."""
        stream = self._outside.open(reader, earlier)
        with self._lock:
            if reader.source in self._streams:
                return stream
            recorded = _RecordedStream(reader, stream, self._writer)
            self._streams[reader.source] = recorded
        return recorded

    def finish(self) -> None:
        """Write what still waits, and how every source ended."""
        entries = [stream.finish() for stream in self._streams.values() if stream.begun]
        self._writer.close(Index(tuple(entries)))


class _RecordedStream:
    def __init__(self, reader: Reader, stream: Stream, writer: SnapshotWriter) -> None:
        self._reader = reader
        self._stream = stream
        self._writer = writer
        self._compressor = _compressor()
        self._waiting: list[Page] = []
        self._rows_waiting = 0
        self._blocks: list[int] = []
        self._pages = 0
        self._records = 0
        self._ended = False
        self.begun = False

    def __iter__(self) -> Iterator[Page]:
        if self.begun:
            yield from self._stream
            return
        self.begun = True
        for page in self._stream:
            self._take(page)
            yield page
            del page
        self._ended = True
        self._flush()

    @property
    def state(self) -> SourceState:
        """How the reading stands."""
        return self._stream.state

    def finish(self) -> SourceEntry:
        """What the index says of the source, once nothing more will come."""
        self._flush()
        return SourceEntry(self._final_state(), self._pages, self._records, tuple(self._blocks))

    def _final_state(self) -> SourceState:
        state = self._stream.state
        if self._ended:
            return state
        return msgspec.structs.replace(
            state,
            status="partial" if self._records else "failed",
            records=self._records,
            code=state.code or "not-read-to-the-end",
            reason=state.reason or "The audit stopped reading this source before its end.",
            remedy=state.remedy or "Run the audit again with more time.",
        )

    def _take(self, page: Page) -> None:
        for part in _parts(page, blocks.MOST_ROWS):
            if self._rows_waiting + len(part.rows) > blocks.MOST_ROWS:
                self._flush()
            self._waiting.append(part)
            self._rows_waiting += len(part.rows)
            self._records += len(part.rows)
            self._pages += 1
        if self._rows_waiting >= ROWS_AT_ONCE or len(self._waiting) >= ROWS_AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        waiting, self._waiting, self._rows_waiting = self._waiting, [], 0
        if waiting:
            self._write(waiting)

    def _write(self, pages: list[Page]) -> None:
        content = blocks.encode(self._reader.source, self._reader.row, pages)
        if len(content) > frames.LIMITS_BYTES[frames.PAGES]:
            if len(pages) == 1 and len(pages[0].rows) > 1:
                pages = _parts(pages[0], len(pages[0].rows) // 2 + 1)
                self._pages += len(pages) - 1
            if len(pages) > 1:
                half = len(pages) // 2
                self._write(pages[:half])
                self._write(pages[half:])
                return
        self._blocks.append(self._writer.append(frames.PAGES, self._compressor, content))


def _parts(page: Page, most_rows: int) -> list[Page]:
    if len(page.rows) <= most_rows:
        return [page]
    return [
        Page(page.rows[start : start + most_rows], page.read_at, page.digest)
        for start in range(0, len(page.rows), most_rows)
    ]


def _compressor() -> zstandard.ZstdCompressor:
    return zstandard.ZstdCompressor(level=LEVEL)
