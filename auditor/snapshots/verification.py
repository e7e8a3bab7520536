"""Proves a snapshot untouched: every byte is followed from the first to the last.

Also tested in `tests/auditor/snapshots/test_round_trip.py` and
`tests/auditor/snapshots/test_damage.py`.
"""

from collections import Counter
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct
from msgspec.structs import asdict

from auditor.snapshots import blocks, frames
from auditor.snapshots.errors import Malformed, SnapshotError
from auditor.snapshots.snapshot import (
    check_preamble,
    entries_of,
    header_of,
    open_file,
    size_of,
)


class Verification(Struct, frozen=True):
    """What was proven of a file.

    `untouched` says whether each byte is the one that was written. `seal` (lower-case hex) is the
    last digest of the chain: a copy of it kept elsewhere also proves that the file was not written
    anew. On failure `problem` says what is wrong and `offset` at which byte; the counts then tell
    how much before it was proven.
    """

    path: str
    untouched: bool
    size_bytes: int = 0
    seal: str = ""
    environment: str = ""
    started_at: str = ""
    sources: int = 0
    pages: int = 0
    records: int = 0
    problem: str = ""
    offset: int | None = None


class _Counts(Struct):
    """How much was proven so far, under the names that `Verification` has for it."""

    size_bytes: int = 0
    seal: str = ""
    environment: str = ""
    started_at: str = ""
    sources: int = 0
    pages: int = 0
    records: int = 0


def verify(path: Path | str) -> Verification:
    """What can be proven of the file at `path`. A file that cannot be opened is a failure too."""
    counts = _Counts()
    problem, offset = "", None
    try:
        with open_file(Path(path)) as file:
            counts.size_bytes = size_of(file)
            check_preamble(Path(path), file)
            _follow(Path(path), file, counts)
    except SnapshotError as error:
        problem, offset = f"{error.reason}.", error.offset
    except OSError as error:
        problem = f"the file cannot be read: {error.strerror or type(error).__name__}."
    return Verification(
        path=str(path),
        untouched=not problem,
        **asdict(counts),
        problem=problem,
        offset=offset,
    )


def _follow(path: Path, file: BinaryIO, counts: _Counts) -> None:
    offset = frames.PREAMBLE_BYTES
    link = frames.first_link(frames.PREAMBLE)
    pages: Counter[str] = Counter()
    records: Counter[str] = Counter()
    offsets: dict[str, list[int]] = {}
    while True:
        try:
            frame = frames.read_frame(file, counts.size_bytes, offset, link)
            if (frame.kind == frames.HEADER) != (offset == frames.PREAMBLE_BYTES):
                raise Malformed("the header is not where it belongs")
            if frame.kind == frames.PAGES:
                block = blocks.decode(frame.content)
                offsets.setdefault(block.source, []).append(offset)
                pages[block.source] += len(block.pages)
                records[block.source] += sum(head.rows for head in block.pages)
                counts.pages, counts.records = pages.total(), records.total()
        except Malformed as fault:
            raise SnapshotError(path, str(fault), "", offset=offset) from fault
        if frame.kind == frames.HEADER:
            header = header_of(path, frame)
            counts.environment, counts.started_at = header.environment, header.started_at
        if frame.kind == frames.INDEX:
            break
        link, offset = frame.link, frame.end
    entries = entries_of(path, frame)
    found = {name: (pages[name], records[name], tuple(offsets[name])) for name in offsets}
    listed = {
        name: (entry.pages, entry.records, entry.blocks)
        for name, entry in entries.items()
        if entry.blocks
    }
    if found != listed:
        raise SnapshotError(path, "the index lists other pages than there are", "", offset=offset)
    counts.sources = len(entries)
    _check_end(path, file, frame, counts)


def _check_end(path: Path, file: BinaryIO, index: frames.Frame, counts: _Counts) -> None:
    file.seek(index.end)
    if file.read(frames.END.size) != frames.END.pack(index.offset, index.link, frames.END_MAGIC):
        raise SnapshotError(path, "the end of the file was changed", "", offset=index.end)
    surplus = counts.size_bytes - index.end - frames.END.size
    if surplus:
        raise SnapshotError(
            path,
            f"{surplus} bytes were added after the end",
            "",
            offset=index.end + frames.END.size,
        )
    counts.seal = index.link.hex()
