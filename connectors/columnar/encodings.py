"""One column of a page: its values in the encoding that compresses best and gives them back.

Every encoding returns exactly the values that went in. Values that are not there are holes: null
where a text is expected, and UNSET (the column was not asked for, or not answered) anywhere.
"""

import binascii
import json
from collections.abc import Callable, Sequence
from functools import cache
from types import NoneType
from typing import Any, Union, get_args

import msgspec
from msgspec import UNSET, Struct, UnsetType

GUID_CHARACTERS, GUID_BYTES = 36, 16
_DASHES = (8, 13, 18, 23)
_HEX_PLACES = tuple(place for place in range(GUID_CHARACTERS) if place not in _DASHES)
_WIDEST = 64
_MOST_DISTINCT = 256
_MOST_UNPACKED = 256 << 20
_MOST_NESTED = 2_000_000
_PACKED_NESTING = bytes([*range(0x80, 0xA0), *range(0xDC, 0xE0)])
"""The bytes with which msgpack begins a map or a list."""
_SAMPLED = 512
NULL, NOT_SET = 1, 2
FILLERS = {NULL: None, NOT_SET: UNSET}
"""What a hole of a column stands for."""
_ENCODER = msgspec.msgpack.Encoder()


class Malformed(Exception):
    """What is packed does not follow the format; the caller knows the file and the place."""


class Column(Struct, frozen=True, array_like=True):
    """A column by its wire name. `holes` has a byte for each row (1 null, 2 UNSET), or none."""

    name: str
    encoding: str
    holes: bytes
    body: bytes


def encode(name: str, values: Sequence[Any], kind: Any = Any) -> Column:
    """The values of all rows of a block, each as it came or UNSET; `kind` as the row declares."""
    try:
        # The common columns need no look at each value: joining or encoding tells the odd one.
        if _shape(kind).takes_text:
            encoding, body = _encode_texts(values)
        else:
            encoding, body = _encode_plain(values)
        return Column(name, encoding, b"", body)
    except TypeError:
        return _encode_with_holes(name, values)


def encode_few(name: str, distinct: Sequence[Any], codes: bytes, kind: Any = Any) -> Column:
    """As `encode`, where each row's value is the distinct one that its byte numbers."""
    try:
        if not _shape(kind).takes_text or set(distinct) == {None}:
            pieces = [_ENCODER.encode(value) for value in distinct]
            if all(len(piece) == 1 for piece in pieces):
                body = list_head(len(codes)) + codes.translate(_table(b"".join(pieces)))
                return Column(name, "plain", b"", body)
        elif all(isinstance(value, str) for value in distinct):
            return Column(name, "dictionary", b"", _dictionary_of(distinct, codes))
    except (TypeError, OverflowError):
        # A value without an encoding of its own, among others: distinguished below.
        pass
    return encode(name, [distinct[code] for code in codes], kind)


def _dictionary_of(distinct: Sequence[str], codes: bytes) -> bytes:
    number = {text: place for place, text in enumerate(dict.fromkeys(distinct))}
    listed = _ENCODER.encode([_to_bytes(text) for text in number])
    table = _table(bytes(map(number.__getitem__, distinct)))
    return _ENCODER.encode((listed, codes.translate(table)))


def _table(replacements: bytes) -> bytes:
    return replacements.ljust(256, b"\0")


def list_head(count: int) -> bytes:
    """How msgpack begins a list of so many values."""
    if count < 16:
        return bytes([0x90 + count])
    if count < 1 << 16:
        return b"\xdc" + count.to_bytes(2, "big")
    return b"\xdd" + count.to_bytes(4, "big")


def _encode_with_holes(name: str, values: Sequence[Any]) -> Column:
    if values.count(None) == len(values):
        return Column(name, "plain", b"", _ENCODER.encode(values))
    if values.count(UNSET) == len(values):
        return Column(name, "unset", b"", b"")
    present = [value for value in values if value is not None and value is not UNSET]
    holes = bytes([NULL if v is None else NOT_SET if v is UNSET else 0 for v in values])
    try:
        encoding, body = _encode_texts(present)
        return Column(name, encoding, holes, body)
    except TypeError:
        if NOT_SET in holes:
            encoding, body = _encode_plain(present)
            return Column(name, encoding, holes, body)
    encoding, body = _encode_plain(values)
    return Column(name, encoding, b"", body)


def decode(column: Column, rows: int, kind: Any) -> Sequence[Any]:
    """The values of the column, checked to be of the row's type. Raises `Malformed`.

    `rows` is how many the block has and `kind` the type that the row declares for the column.
    """
    shape = _shape(kind)
    if column.encoding == "unset":
        if not shape.may_be_unset:
            raise Malformed(f"the column {column.name} holds no value")
        return [UNSET] * rows
    filled = column.holes.count(0) if column.holes else rows
    try:
        values = _decoded(column, filled, shape)
    except (msgspec.MsgspecError, ValueError, LookupError, RecursionError) as error:
        raise Malformed(f"the column {column.name} cannot be read ({error})") from error
    if len(values) != filled or len(column.holes) not in (0, rows):
        raise Malformed(f"the column {column.name} has another number of values than rows")
    return _with_holes(column, values, shape) if column.holes else values


class _Shape(Struct, frozen=True):
    """What a column may hold: its type without UNSET, and answers to what is often asked."""

    kind: Any
    may_be_unset: bool
    may_be_null: bool
    takes_text: bool
    plain: msgspec.msgpack.Decoder[Any]


@cache
def _shape(kind: Any) -> _Shape:
    choices = get_args(kind) if UnsetType in get_args(kind) else (kind,)
    rest = tuple(each for each in choices if each is not UnsetType)
    bare: Any = Union[rest]  # noqa: UP007
    members = get_args(bare) or (bare,)
    return _Shape(
        kind=bare,
        may_be_unset=UnsetType in choices or bare is Any,
        may_be_null=NoneType in members or bare in (NoneType, Any),
        takes_text=str in members or bare is Any,
        plain=msgspec.msgpack.Decoder(list[bare]),
    )


def _decoded(column: Column, filled: int, shape: _Shape) -> Sequence[Any]:
    if column.encoding == "plain":
        if _listed(column.body) != filled:
            raise ValueError("it has another number of values than rows")
        check_nesting(column.body)
        plain: list[Any] = shape.plain.decode(column.body)
        return plain
    if column.encoding == "json":
        check_nesting(column.body, b"[{")
        return _converted(json.loads(column.body), shape)
    reader = _TEXT_ENCODINGS.get(column.encoding)
    if reader is None:
        raise ValueError(f"its encoding {column.encoding!r} is not known")
    texts = reader(column.body, filled)
    return texts if shape.takes_text else _converted(texts, shape)


def check_nesting(body: bytes, beginnings: bytes = _PACKED_NESTING) -> None:
    """Raises `ValueError` where a body may hold more lists and maps than the format allows.

    Each takes one byte there and up to 230 of memory here. Bytes that begin one are counted
    wherever they stand, so that nothing needs to be decoded first.
    """
    if len(body) - len(body.translate(None, beginnings)) > _MOST_NESTED:
        raise ValueError("it holds more lists within lists than the format allows")


def _listed(body: bytes) -> int:
    """How many values a msgpack list says it has: asked before a list so long is made."""
    if body[:1] == b"\xdd":
        return int.from_bytes(body[1:5], "big")
    if body[:1] == b"\xdc":
        return int.from_bytes(body[1:3], "big")
    return body[0] - 0x90 if body else -1


def _converted(values: Any, shape: _Shape) -> Sequence[Any]:
    wanted: Any = list.__class_getitem__(shape.kind)
    converted: list[Any] = msgspec.convert(values, wanted)
    return converted


def _with_holes(column: Column, values: Sequence[Any], shape: _Shape) -> list[Any]:
    if NULL in column.holes and not shape.may_be_null:
        raise Malformed(f"the column {column.name} is null where it must not be")
    if NOT_SET in column.holes and not shape.may_be_unset:
        raise Malformed(f"the column {column.name} holds no value where it must")
    following = iter(values)
    try:
        return [next(following) if not hole else FILLERS[hole] for hole in column.holes]
    except KeyError as unknown:
        raise Malformed(f"the column {column.name} has a hole of kind {unknown}") from unknown


def _encode_plain(values: Sequence[Any]) -> tuple[str, bytes]:
    try:
        return "plain", _ENCODER.encode(values)
    except (OverflowError, UnicodeEncodeError):
        # Whole numbers beyond 64 bits and halves of surrogate pairs, which msgpack does not have.
        return "json", json.dumps(msgspec.to_builtins(values)).encode("ascii")


def _encode_texts(values: Sequence[Any]) -> tuple[str, bytes]:
    """Raises `TypeError` where one of the values is no text."""
    sample = values[:_SAMPLED]
    sampled = set(sample)
    "".join(sampled)
    if len(sampled) <= len(sample) // 2:
        distinct = list(dict.fromkeys(values))
        if len(distinct) <= _MOST_DISTINCT:
            "".join(distinct)
            number = {text: place for place, text in enumerate(distinct)}
            listed = _ENCODER.encode([_to_bytes(text) for text in distinct])
            codes = bytes(map(number.__getitem__, values))
            return "dictionary", _ENCODER.encode((listed, codes))
    joined = "\0".join(values)
    if joined.count("\0") != len(values) - 1:
        return "texts", _ENCODER.encode([_to_bytes(text) for text in values])
    width = len(values[0])
    if 0 < width <= _WIDEST and joined.isascii() and _are_as_wide(joined, len(values), width):
        if width == GUID_CHARACTERS and (raw := guids_to_bytes(joined, between=1)) is not None:
            return "guids", raw
        ascii = joined.encode("ascii")
        return "fixed", b"".join([ascii[place :: width + 1] for place in range(width)])
    return "lines", _to_bytes(joined)


def _are_as_wide(joined: str, texts: int, width: int) -> bool:
    """Whether all of the texts, which a null character parts, have one width."""
    each = width + 1
    return len(joined) == texts * each - 1 and joined[width::each] == "\0" * (texts - 1)


def guids_to_bytes(joined: str, between: int = 0) -> bytes | None:
    """16 bytes a GUID, or None where a text is not a GUID in lower case with dashes.

    `between` is how many null characters there are between two of them.
    """
    try:
        ascii = joined.encode("ascii")
    except UnicodeEncodeError:
        return None
    each = GUID_CHARACTERS + between
    count, rest = divmod(len(ascii) + between, each)
    digits = ascii.translate(None, b"-\0")
    if rest or len(digits) != count * 32:
        return None
    if any(ascii[place::each] != b"-" * count for place in _DASHES):
        return None
    try:
        raw = binascii.unhexlify(digits)
    except ValueError:
        return None
    return raw if binascii.hexlify(raw) == digits else None


def guids(body: bytes, filled: int) -> list[str]:
    """So many GUIDs of 16 bytes each as texts. Raises `ValueError` where there are more or less."""
    _check_size(body, filled * GUID_BYTES)
    digits = body.hex().encode("ascii")
    texts = bytearray(b"-" * (filled * GUID_CHARACTERS))
    for nth, place in enumerate(_HEX_PLACES):
        texts[place::GUID_CHARACTERS] = digits[nth::32]
    return _cut(texts.decode("ascii"), GUID_CHARACTERS)


def _fixed(body: bytes, filled: int) -> list[str]:
    width = len(body) // filled if filled else 0
    _check_size(body, filled * width)
    texts = bytearray(len(body))
    for place in range(width):
        texts[place::width] = body[place * filled : (place + 1) * filled]
    return _cut(texts.decode("ascii"), width)


def _cut(joined: str, width: int) -> list[str]:
    return [joined[start : start + width] for start in range(0, len(joined), width)]


def _lines(body: bytes, filled: int) -> list[str]:
    if body.count(b"\0") != filled - 1:
        raise ValueError("the number of texts is wrong")
    return to_text(body).split("\0")


def _dictionary(body: bytes, filled: int) -> list[str]:
    texts, codes = numbered(body)
    if len(codes) != filled:
        raise ValueError("it has another number of values than rows")
    if sum(len(text) * codes.count(code) for code, text in enumerate(texts)) > _MOST_UNPACKED:
        raise ValueError("its texts are larger than the format allows")
    return [texts[code] for code in codes]


def numbered(body: bytes) -> tuple[list[str], bytes]:
    """The distinct texts of a dictionary, and for each value the number of its own, a byte each."""
    listed, codes = msgspec.msgpack.decode(body, type=tuple[bytes, bytes])
    if _listed(listed) > _MOST_DISTINCT:
        raise ValueError("it has more distinct texts than the format allows")
    return _texts(listed, _listed(listed)), codes


def _texts(body: bytes, filled: int) -> list[str]:
    if _listed(body) != filled:
        raise ValueError("it has another number of values than rows")
    return [to_text(text) for text in msgspec.msgpack.decode(body, type=list[bytes])]


def _check_size(body: bytes, size_bytes: int) -> None:
    if len(body) != size_bytes or not body:
        raise ValueError(f"it takes {len(body)} bytes instead of {size_bytes}")


def _to_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def to_text(body: bytes) -> str:
    """A text from its bytes, halves of surrogate pairs included."""
    return body.decode("utf-8", "surrogatepass")


_TEXT_ENCODINGS: dict[str, Callable[[bytes, int], list[str]]] = {
    "dictionary": _dictionary,
    "guids": guids,
    "fixed": _fixed,
    "lines": _lines,
    "texts": _texts,
}
