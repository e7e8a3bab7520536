"""Some rows of a packed column, found without making values of all the others."""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

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


def values_at(column: Column, rows: int, places: Sequence[int], kind: Any) -> list[Any]:
    """The values of some of the rows, of the type that their row declares. Raises `Malformed`."""
    found = pick(column, rows, places)
    if found is None:
        found = list(map(encodings.decode(column, rows, kind).__getitem__, places))
    return found


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


def may_hold(column: Column, rows: int, texts: Collection[str]) -> bool:
    """Whether one of the rows may have one of these texts; false only where none has.

    They are in lower case, as the values are compared; what is around a value does not matter.
    """
    body = column.body
    if column.encoding == "unset" or is_null(column, rows):
        return False
    if column.encoding == "guids":
        wanted = [raw for text in texts if (raw := encodings.guids_to_bytes(text))]
        # Bytes of two neighbours may look like it, which is no harm.
        return any(raw in body for raw in wanted)
    if column.encoding == "fixed":
        return _fixed_may_hold(body, column.holes.count(0) if column.holes else rows, texts)
    if column.encoding == "lines" and body.isascii():
        lower = body.lower()
        return any(text.encode() in lower for text in texts)
    return True


def _fixed_may_hold(body: bytes, filled: int, texts: Collection[str]) -> bool:
    # The process that decodes loads this module without asking this, and must stay small.
    import numpy as np

    if not filled or len(body) % filled:
        return True
    of_rows = np.frombuffer(body.lower(), np.uint8).reshape(-1, filled)
    for text in map(str.encode, texts):
        wanted = np.frombuffer(text, np.uint8)[:, np.newaxis]
        for start in range(len(of_rows) - len(text) + 1):
            if (of_rows[start : start + len(text)] == wanted).all(axis=0).any():
                return True
    return False


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
