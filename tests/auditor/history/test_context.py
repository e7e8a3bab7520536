"""What every part of a stored run uses: values some at a time, and texts that databases take."""

from hypothesis import given
from hypothesis import strategies as st

from auditor.history.context import AT_A_TIME, chunks, text


@given(st.lists(st.integers(), max_size=30), st.integers(1, 7))
def test_every_value_comes_once_in_its_order_and_few_at_a_time(
    values: list[int], size: int
) -> None:
    found = list(chunks(values, size))
    assert [each for chunk in found for each in chunk] == values
    assert all(0 < len(chunk) <= size for chunk in found)


def test_no_statement_has_more_values_than_sqlite_takes() -> None:
    assert [len(each) for each in chunks(range(AT_A_TIME + 1))] == [AT_A_TIME, 1]


def test_what_no_database_takes_is_replaced() -> None:
    assert text("a\0b\ud800c") == "a\ufffdb?c"
