"""Records that are seldom looked at, held in a nameless temporary file instead of memory.

Where the computer has no room for the file they are held in memory all the same: no audit is lost
for it.
"""

import logging
import tempfile
import threading
import weakref
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import IO, Any, Generic, TypeVar

import msgspec

T = TypeVar("T")

log = logging.getLogger(__name__)


def cut_to_64_bits(value: Any) -> Any:
    """A whole number cut to 64 bits, for no column is longer and no file holds it; others as is.

    What a server tells beyond that is no number that any rule knows, before and after.
    """
    return max(-(2**63), min(value, 2**63 - 1)) if type(value) is int else value


def _within_64_bits(record: T) -> T:
    """The record with each whole number cut to 64 bits."""
    values = msgspec.structs.asdict(record)  # type: ignore[arg-type]
    return msgspec.structs.replace(  # type: ignore[type-var]
        record, **{name: cut_to_64_bits(value) for name, value in values.items()}
    )


class Spool(Generic[T]):
    """Blocks of records of one type, addressed by the position at which each was added.

    Safe to share between threads: several sources look at the same records while they are read.
    """

    def __init__(self, kind: type[T]) -> None:
        self._file: IO[bytes] | None = None
        # Blocks that no file took, by their number.
        self._held: dict[int, bytes] = {}
        self._is_refused = False
        self._firsts = array("Q")
        self._offsets = array("Q", [0])
        self._count = 0
        # The file has one position, and no system but POSIX reads without it.
        self._lock = threading.Lock()
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder: msgspec.msgpack.Decoder[list[T]] = msgspec.msgpack.Decoder(
            list[kind]  # type: ignore[valid-type]
        )

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[T]:
        """Every record, in the order of the positions."""
        for block in range(len(self._firsts)):
            yield from self._block(block)

    def add(self, records: list[T]) -> None:
        """Adds one block at the positions that follow."""
        if not records:
            return
        try:
            body = self._encoder.encode(records)
        except OverflowError:
            body = self._encoder.encode([_within_64_bits(each) for each in records])
        except UnicodeEncodeError:
            # Half of a surrogate pair, which msgpack does not have: what could not be read.
            body = self._encoder.encode([_readable(each) for each in records])
        with self._lock:
            written = self._written(body)
            if not written:
                self._held[len(self._firsts)] = body
            # A block is told of last, when all of it is there.
            self._offsets.append(self._offsets[-1] + written)
            self._firsts.append(self._count)
            self._count += len(records)

    def read(self, position: int) -> T:
        """The record at a position. Decodes its whole block."""
        block = bisect_right(self._firsts, position) - 1
        return self._block(block)[position - self._firsts[block]]

    def read_each(self, positions: Sequence[int]) -> list[T]:
        """The records at these positions, in their order. Decodes each block once."""
        found: dict[int, T] = {}
        ascending = sorted(set(positions))
        for block, those in groupby(ascending, lambda each: bisect_right(self._firsts, each) - 1):
            records, first = self._block(block), self._firsts[block]
            found.update((each, records[each - first]) for each in those)
        return [found[each] for each in positions]

    def close(self) -> None:
        """Gives the file back."""
        if self._file is not None:
            self._file.close()

    def _written(self, body: bytes) -> int:
        """The bytes that the file took: all, or none where there is no room for it."""
        if self._is_refused:
            return 0
        try:
            if self._file is None:
                # Without a buffer, what is not refused here is not refused later.
                self._file = tempfile.TemporaryFile(buffering=0)
                # Its owner may end with an exception, or be a fact that nobody closes.
                weakref.finalize(self, self._file.close)
            self._file.seek(self._offsets[-1])
            rest = memoryview(body)
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as refusal:
            self._is_refused = True
            log.warning("%s", _refused(refusal))
            return 0
        return len(body)

    def _block(self, block: int) -> list[T]:
        if block in self._held:
            return self._decoder.decode(self._held[block])
        start, end = self._offsets[block], self._offsets[block + 1]
        assert self._file is not None
        with self._lock:
            self._file.seek(start)
            body = self._file.read(end - start)
        return self._decoder.decode(body)


def _refused(refusal: OSError) -> str:
    try:
        place = f"the directory of temporary files, {tempfile.gettempdir()},"
    except OSError:
        place = "any directory of temporary files"
    reason = refusal.strerror or type(refusal).__name__
    return (
        f"{place} takes no more ({reason}); records are held in memory instead. "
        "Free space there, or name another directory in the variable TMPDIR."
    )


def _readable(record: Any) -> Any:
    if isinstance(record, str):
        return record.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(record, list | tuple):
        return type(record)(map(_readable, record))
    if isinstance(record, msgspec.Struct):
        values = msgspec.structs.asdict(record)
        return msgspec.structs.replace(
            record, **{name: _readable(value) for name, value in values.items()}
        )
    return record
