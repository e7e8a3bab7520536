"""Records that are seldom looked at, held in a nameless temporary file instead of memory."""

import tempfile
import threading
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, Generic, TypeVar

import msgspec

T = TypeVar("T")


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
        self._file = tempfile.TemporaryFile()
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
        with self._lock:
            self._file.seek(self._offsets[-1])
            self._file.write(body)
            # A block is told of last, when all of it is there.
            self._offsets.append(self._offsets[-1] + len(body))
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
        self._file.close()

    def __del__(self) -> None:
        # Its owner may end with an exception, or be a fact that nobody closes.
        self.close()

    def _block(self, block: int) -> list[T]:
        start, end = self._offsets[block], self._offsets[block + 1]
        with self._lock:
            self._file.seek(start)
            body = self._file.read(end - start)
        return self._decoder.decode(body)
