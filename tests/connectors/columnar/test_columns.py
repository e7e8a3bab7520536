"""What is asked of a whole column at once is what would be asked of each of its values."""

from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec import UNSET

from connectors.columnar.addresses import compared
from connectors.columnar.columns import filled, folded, mapped

addresses = st.one_of(
    st.sampled_from(["ann@contoso.example", "ANN@CONTOSO.EXAMPLE", " ann@x ", "straße@x", "a\0b"]),
    st.sampled_from(["", " ", "\t", "\x1c", "ann@x\n", "\u2003ann@x", None, UNSET]),
    st.text(max_size=3),
)
columns = st.lists(addresses, max_size=4) | st.lists(st.sampled_from("aA "), max_size=4)


@settings(max_examples=300)
@given(column=columns)
@example(column=[" ann@x "])
@example(column=[" ann@x", "ben@x\t"])
@example(column=["a\0b", "c"])
def test_addresses_are_folded_one_by_one(column: list[Any]) -> None:
    expected = [compared(each) if each else each for each in column]
    assert list(folded(column)) == expected


@given(column=columns)
def test_texts_are_there_one_by_one(column: list[Any]) -> None:
    expected = [True if each else None if each == "" else each for each in column]
    assert list(filled(column)) == expected


@given(column=columns)
def test_each_distinct_value_is_asked_for_once(column: list[Any]) -> None:
    asked: list[str] = []

    def ask(value: str) -> int:
        asked.append(value)
        return len(value)

    assert list(mapped(column, ask)) == [len(each) if each else each for each in column]
    assert sorted(asked) == sorted({each for each in column if each})
