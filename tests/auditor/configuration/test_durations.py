"""Durations as a configuration writes them, there and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.configuration.durations import LONGEST_S, format_duration, parse_duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("30m", 1800), ("1h", 3600), ("7d", 604_800), (" 1h30m ", 5400), ("0s", 0)],
)
def test_a_duration_is_read_in_seconds(text: str, seconds: int) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "90", "1w", "-1s", "1.5h", "30m1h", "1h 30m"])
def test_what_is_no_duration_is_refused_with_examples(text: str) -> None:
    with pytest.raises(ValueError, match='write "90s", "30m", "1h" or "7d"'):
        parse_duration(text)


def test_ten_years_are_the_longest() -> None:
    assert parse_duration("3650d") == LONGEST_S
    with pytest.raises(ValueError, match="ten years"):
        parse_duration("3650d1s")


@given(st.integers(0, LONGEST_S))
def test_a_duration_that_is_written_is_read_back(seconds: int) -> None:
    assert parse_duration(format_duration(seconds)) == seconds


def test_a_duration_is_written_in_its_largest_units() -> None:
    assert format_duration(5400) == "1h30m"
    assert format_duration(86_400) == "1d"
    assert format_duration(0) == "0s"
