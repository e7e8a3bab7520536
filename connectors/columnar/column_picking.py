"""Some rows of a packed column, found without making values of all the others.

Tested in `tests/connectors/columnar/test_packed_rows.py`.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec

from connectors.columnar import encodings
from connectors.columnar.encodings import Column


def pick(column: Column, rows: int, places: Sequence[int]) -> list[Any] | None:
    """The values of some of the rows; None where finding them takes looking at all."""
    if is_null(column, rows):
        return [None] * len(places)
    picker, holes = _PICKERS.get(column.encoding), column.holes
    if picker is None:
        return None
    if not holes:
        return picker(column.body, rows, places)
    # What is packed are the values that are there: each comes after those before it.
    packed = list(_counted(holes, [at for at in places if not holes[at]]))
    found = iter(picker(column.body, holes.count(0), packed))
    return [encodings.FILLERS[holes[at]] if holes[at] else next(found) for at in places]


def take(column: Column, rows: int, places: Sequence[int]) -> Column | None:
    """Some of the rows, packed as they were; None where each value must be looked at."""
    name, encoding, holes, body = msgspec.structs.astuple(column)
    if is_null(column, rows):
        return Column(name, encoding, b"", _nulls(len(places)))
    if holes:
        return None
    if encoding == "guids":
        return Column(name, encoding, b"", _raw_guids(body, places))
    if encoding == "dictionary":
        listed, codes = msgspec.msgpack.decode(body, type=tuple[bytes, bytes])
        taken = bytes(map(codes.__getitem__, places))
        return Column(name, encoding, b"", msgspec.msgpack.encode((listed, taken)))
    return None


def _counted(holes: bytes, places: Sequence[int]) -> Iterator[int]:
    """How many values are there before each place; quick where the places ascend."""
    count = last = 0
    for at in places:
        if at < last:
            count = last = 0
        count += holes.count(0, last, at)
        last = at
        yield count


def is_null(column: Column, rows: int) -> bool:
    """Whether every value is null."""
    return column.encoding == "plain" and column.body == _nulls(rows)


def _nulls(rows: int) -> bytes:
    return encodings.list_head(rows) + b"\xc0" * rows


def distinct(column: Column) -> tuple[list[str], bytes] | None:
    """The distinct texts of a column and the number of each row's, if it is packed that way.

    The rows are those that are no holes.
    """
    return encodings.numbered(column.body) if column.encoding == "dictionary" else None


def _pick_guids(body: bytes, filled: int, places: Sequence[int]) -> list[str]:
    return encodings.guids(_raw_guids(body, places), len(places)) if places else []


def _raw_guids(body: bytes, places: Sequence[int]) -> bytes:
    size = encodings.GUID_BYTES
    return b"".join([body[at * size : at * size + size] for at in places])


def _pick_fixed(body: bytes, filled: int, places: Sequence[int]) -> list[str]:
    return [body[at::filled].decode("ascii") for at in places]


def _pick_lines(body: bytes, filled: int, places: Sequence[int]) -> list[str]:
    lines = body.split(b"\0")
    return [encodings.to_text(lines[at]) for at in places]


def _pick_dictionary(body: bytes, filled: int, places: Sequence[int]) -> list[str]:
    texts, codes = encodings.numbered(body)
    return [texts[codes[at]] for at in places]


_PICKERS: dict[str, Callable[[bytes, int, Sequence[int]], list[str]]] = {
    "dictionary": _pick_dictionary,
    "guids": _pick_guids,
    "fixed": _pick_fixed,
    "lines": _pick_lines,
}
