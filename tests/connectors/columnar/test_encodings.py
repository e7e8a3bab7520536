"""One column, packed: which encoding is chosen, and that every one gives back what went in."""

import tracemalloc
from typing import Any

import msgspec
import pytest
from msgspec import UNSET, UnsetType

from connectors.columnar import encodings
from connectors.columnar.encodings import (
    NOT_SET,
    NULL,
    Column,
    Malformed,
    decode,
    encode,
    encode_few,
    guids,
    guids_to_bytes,
    list_head,
)

GUID = "0a1b2c3d-1111-2222-3333-444455556666"
OTHER_GUID = "ffffffff-1111-2222-3333-444455556666"
Text = str | None | UnsetType
Number = int | None | UnsetType


@pytest.mark.parametrize(
    ("values", "encoding"),
    [
        ([], "dictionary"),
        (["x"], "fixed"),
        (["x", "x"], "dictionary"),
        (["x", "y"], "fixed"),
        (["x", "y", "x"], "fixed"),
        (["x", "y", "x", "y"], "dictionary"),
        (["x" * 64, "y" * 64], "fixed"),
        (["x" * 65, "y" * 65], "lines"),
        (["", "y"], "lines"),
        (["x", "yy"], "lines"),
        (["xx", "y"], "lines"),
        (["x", "yy", "", "xyz"], "lines"),
        (["é", "y"], "lines"),
        (["a\0b", "c"], "texts"),
        (["a", "\ud800"], "lines"),
        ([GUID, OTHER_GUID], "guids"),
        ([GUID.upper(), OTHER_GUID], "fixed"),
        (["x" * 36, "y" * 36], "fixed"),
    ],
)
def test_texts_are_packed_as_they_compress_best(values: list[str], encoding: str) -> None:
    column = encode("a", values, str)
    assert (column.name, column.encoding, column.holes) == ("a", encoding, b"")
    assert decode(column, len(values), str) == values


@pytest.mark.parametrize(("distinct", "encoding"), [(256, "dictionary"), (257, "lines")])
def test_a_dictionary_has_as_many_texts_as_a_byte_numbers(distinct: int, encoding: str) -> None:
    values = ["0"] * 512 + [f"{at}" for at in range(distinct)]
    column = encode("a", values, str)
    assert column.encoding == encoding
    assert decode(column, len(values), str) == values


@pytest.mark.parametrize(("again", "encoding"), [(256, "dictionary"), (255, "lines")])
def test_texts_repeat_where_the_first_ones_do(again: int, encoding: str) -> None:
    first = [f"{at}" for at in range(512 - again)]
    assert encode("a", first + ["0"] * again + ["1"] * 100, str).encoding == encoding


class Looked(list[str]):
    """A list that notes how far it was looked at."""

    def __init__(self, values: list[str]) -> None:
        super().__init__(values)
        self.stops: list[Any] = []

    def __getitem__(self, at: Any) -> Any:
        if isinstance(at, slice):
            self.stops.append(at.stop)
        return super().__getitem__(at)


def test_a_sample_tells_whether_texts_repeat() -> None:
    values = Looked([f"{at}" for at in range(2000)])
    encode("a", values, str)
    assert set(values.stops) == {512}


@pytest.mark.parametrize(
    ("values", "kind", "encoding", "holes"),
    [
        ([None, None], Text, "plain", b""),
        ([UNSET, UNSET], Text, "unset", b""),
        ([UNSET, None], Text, "dictionary", bytes([NOT_SET, NULL])),
        (["x", None, UNSET], Text, "fixed", bytes([0, NULL, NOT_SET])),
        ([GUID, None, OTHER_GUID], Text, "guids", bytes([0, NULL, 0])),
        ([None, None], Number, "plain", b""),
        ([1, None], Number, "plain", b""),
        ([1, None], Any, "plain", b""),
        ([1, UNSET, None], Number, "plain", bytes([0, NOT_SET, NULL])),
        ([1, UNSET], Any, "plain", bytes([0, NOT_SET])),
        ([2**64, 1], Number, "json", b""),
        ([2**64, UNSET], Number, "json", bytes([0, NOT_SET])),
        ([1, 300, 70000], int, "plain", b""),
        ([["a"], {"b": 1}], Any, "plain", b""),
        (["x", 1], Any, "plain", b""),
        ([["\ud800"]], Any, "json", b""),
    ],
)
def test_what_is_not_there_is_a_hole(
    values: list[Any], kind: Any, encoding: str, holes: bytes
) -> None:
    column = encode("a", values, kind)
    assert (column.encoding, column.holes) == (encoding, holes)
    found = list(decode(column, len(values), kind))
    assert [(type(each), each) for each in found] == [(type(each), each) for each in values]


@pytest.mark.parametrize("count", [1, 15, 16, 17, 65535, 65536])
def test_a_list_of_any_length_says_how_long_it_is(count: int) -> None:
    values = [7] * count
    head = list_head(count)
    assert msgspec.msgpack.encode(values) == head + b"\x07" * count
    assert decode(encode("a", values, int), count, int) == values
    with pytest.raises(Malformed, match=r"a cannot be read .it has another number of values"):
        decode(Column("a", "plain", b"", head + b"\x07" * count), count + 1, int)


@pytest.mark.parametrize(
    ("distinct", "codes", "kind", "encoding"),
    [
        ([1, 0], b"\0\1\0", Number, "plain"),
        ([True, None], b"\0\1\1", bool | None, "plain"),
        ([1, 300], b"\0\1", Number, "plain"),
        ([None], b"\0\0", Text, "plain"),
        (["x", "y"], b"\0\1", Text, "dictionary"),
        (["x", "x", "y"], b"\2\1\0", Text, "dictionary"),
        (["x", None], b"\0\1", Text, "fixed"),
        ([2**70, 1], b"\0\1", Number, "json"),
        ([1, UNSET], b"\0\1", Number, "plain"),
    ],
)
def test_a_column_of_few_values_is_packed_from_them(
    distinct: list[Any], codes: bytes, kind: Any, encoding: str
) -> None:
    column = encode_few("a", distinct, codes, kind)
    assert column.encoding == encoding
    assert list(decode(column, len(codes), kind)) == [distinct[code] for code in codes]


def test_the_same_text_twice_among_the_few_has_one_number() -> None:
    assert encodings.numbered(encode_few("a", ["x", "x", "y"], b"\2\1\0", str).body) == (
        ["x", "y"],
        b"\1\0\0",
    )


@pytest.mark.parametrize(
    ("distinct", "kind"), [([1, 0], Number), ([None], Text), (["x", "y"], Text)]
)
def test_few_values_are_packed_without_a_look_at_each_row(
    distinct: list[Any], kind: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(encodings, "encode")
    assert encode_few("a", distinct, b"\0" * 20, kind).holes == b""


def test_texts_of_a_column_of_text_are_taken_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(encodings, "_converted")
    assert decode(encode("a", ["x", "y"], Text), 2, Text) == ["x", "y"]


@pytest.mark.parametrize(
    ("column", "rows", "kind"),
    [
        (Column("a", "unset", b"", b""), 2, str | None),
        (Column("a", "unset", b"", b""), 2, int),
        (Column("a", "fixed", bytes([0, NULL]), b"x"), 2, str),
        (Column("a", "fixed", bytes([0, NULL]), b"x"), 2, str | UnsetType),
        (Column("a", "fixed", bytes([0, NOT_SET]), b"x"), 2, str | None),
        (Column("a", "fixed", bytes([0, 3]), b"x"), 2, Text),
        (Column("a", "fixed", bytes([0, NULL, 0]), b"xy"), 2, Text),
        (Column("a", "fixed", bytes([0, NULL]), b"x"), 3, Text),
        (Column("a", "fixed", b"", b"xyz"), 2, str),
        (Column("a", "fixed", b"", b""), 0, str),
        (Column("a", "fixed", b"", b""), 1, str),
        (Column("a", "fixed", b"", b"x"), 0, str),
        (Column("a", "guids", b"", b"x" * 15), 1, str),
        (Column("a", "guids", b"", b"x" * 17), 1, str),
        (Column("a", "lines", b"", b"x\0y"), 1, str),
        (Column("a", "lines", b"", b"x\0y"), 3, str),
        (Column("a", "texts", b"", msgspec.msgpack.encode([b"x"])), 2, str),
        (Column("a", "dictionary", b"", msgspec.msgpack.encode((b"\x91\xc4\1x", b"\0"))), 2, str),
        (Column("a", "dictionary", b"", msgspec.msgpack.encode((b"\x91\xc4\1x", b"\1"))), 1, str),
        (Column("a", "json", b"", b"[1]"), 2, int),
        (Column("a", "json", b"", b'["x"]'), 1, int),
        (Column("a", "json", b"", b"[" * 100_000), 1, int),
        (Column("a", "plain", b"", b""), 0, int),
        (Column("a", "plain", b"", b"\x92\1\2"), 1, int),
        (Column("a", "plain", b"", b"\x91\xa1x"), 1, int),
        (Column("a", "fixed", b"", b"x"), 1, int),
        (Column("a", "odd", b"", b"x"), 1, str),
    ],
)
def test_what_does_not_follow_the_format_is_malformed(column: Column, rows: int, kind: Any) -> None:
    with pytest.raises(Malformed, match="the column a "):
        decode(column, rows, kind)


@pytest.mark.parametrize(
    ("column", "kind", "says"),
    [
        (Column("a", "unset", b"", b""), str, "holds no value$"),
        (Column("a", "fixed", bytes([0, NULL]), b"x"), str, "is null where it must not be"),
        (Column("a", "fixed", bytes([0, NOT_SET]), b"x"), str, "holds no value where it must"),
        (Column("a", "fixed", bytes([0, 3]), b"x"), Text, "has a hole of kind 3"),
        (Column("a", "odd", b"", b"x"), str, "its encoding 'odd' is not known"),
        (Column("a", "guids", b"", b"x"), str, "it takes 1 bytes instead of 32"),
        (Column("a", "lines", b"", b"x"), str, "the number of texts is wrong"),
        (Column("a", "json", b"", b"[1]"), int, "another number of values than rows"),
    ],
)
def test_what_is_wrong_is_said(column: Column, kind: Any, says: str) -> None:
    with pytest.raises(Malformed, match=says):
        decode(column, 2, kind)


@pytest.mark.parametrize(
    ("encoding", "beginning", "nested"),
    [
        ("plain", b"\x91\xdd\0\x4c\x4b\x40", b"\x80"),
        ("json", b"[[0", b",[]"),
        ("json", b"[[0", b",{}"),
    ],
)
def test_lists_within_lists_are_counted_before_they_are_made(
    encoding: str, beginning: bytes, nested: bytes
) -> None:
    body = beginning + 5_000_000 * nested + (b"]]" if encoding == "json" else b"")
    tracemalloc.start()
    try:
        with pytest.raises(Malformed, match="more lists within lists than the format allows"):
            decode(Column("a", encoding, b"", body), 1, Any)
        assert tracemalloc.get_traced_memory()[1] < 4 * len(body)
    finally:
        tracemalloc.stop()


def test_what_may_be_anything_may_be_absent_too() -> None:
    assert decode(Column("a", "unset", b"", b""), 2, Any) == [UNSET, UNSET]
    assert decode(Column("a", "fixed", bytes([0, NULL]), b"x"), 2, Any) == ["x", None]
    assert decode(encode("a", [None], None), 1, type(None)) == [None]


@pytest.mark.parametrize(
    "text",
    [
        GUID.upper(),
        GUID[:-1],
        GUID + "-",
        GUID + "0",
        GUID.replace("-", ""),
        "0a1b2c3-d1111-2222-3333-444455556666",
        "0a1b2c3d-1111-2222-3333-4444555566-6",
        "0a1b2c3d-1111-2222-3333-44445555--66",
        "0a1b2c3d-1111-2222-3333-44445555666g",
        "0a1b2c3d-1111-2222-3333-44445555666é",
    ],
)
def test_only_guids_in_lower_case_are_sixteen_bytes(text: str) -> None:
    assert guids_to_bytes(text) is None
    assert guids_to_bytes(f"{GUID}\0{text}", between=1) is None


def test_guids_are_sixteen_bytes_each_with_or_without_something_between() -> None:
    raw = bytes.fromhex((GUID + OTHER_GUID).replace("-", ""))
    assert guids_to_bytes(GUID + OTHER_GUID) == raw
    assert guids_to_bytes(f"{GUID}\0{OTHER_GUID}", between=1) == raw
    assert guids(raw, 2) == [GUID, OTHER_GUID]
