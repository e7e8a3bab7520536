"""What counts as a date, and how old it is against the moment of reading."""

import pytest

from connectors.columnar.dates import age_s, is_date

READ = "2026-11-23T12:00:00Z"


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        (READ, True),
        ("2026-11-23T12:00:00.5Z", True),
        ("2026-11-23T12:00:00+02:00", True),
        ("2026-11-23 12:00:00Z", False),
        ("2026-11-23", False),
        ("20261123T120000Z", False),
        ("2026-W48-1T12:00:00Z", False),
        ("2026-13-23T12:00:00Z", False),
        ("2026-11-23Tnoon", False),
        ("", False),
    ],
)
def test_a_date_is_written_as_dynamics_writes_it(text: str, is_one: bool) -> None:
    assert is_date(text) is is_one


@pytest.mark.parametrize(
    ("date", "age"),
    [
        ("2026-11-23T11:59:00Z", 60),
        ("2026-11-23T12:01:00Z", -60),
        (READ, 0),
        ("2026-11-23T11:59:00", 60),
        ("2026-11-23T13:59:00+02:00", 60),
        ("soon", None),
        ("", None),
        (None, None),
        (20261123, None),
    ],
)
def test_an_age_is_the_seconds_up_to_the_reading(date: object, age: int | None) -> None:
    assert age_s(READ, date) == age


def test_a_reading_without_an_offset_was_in_utc() -> None:
    assert age_s("2026-11-23T12:00:00", "2026-11-23T13:59:00+02:00") == 60
    assert age_s("never", READ) is None
