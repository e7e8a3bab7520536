"""Rows of the simulated tenant: values of their own over shared ones, made when they are read."""

import datetime as dt

import pytest

from auditor.demo.rows import Joined, Row, Rows, instant, numbered_id, rows, stable_id


def test_a_row_has_its_own_value_before_the_shared_one() -> None:
    row = Row({"a": 1, "b": None}, {"a": 2, "b": 3, "c": 4})
    assert [row.get(each) for each in "abcd"] == [1, None, 4, None]
    assert Row({}).get("a") is None
    assert [each.get("a") for each in rows([{"a": 1}, {"a": 2}])] == [1, 2]


def numbers(count: int) -> Rows:
    return Rows(count, lambda at: Row({"a": at}))


def test_rows_are_made_by_their_position() -> None:
    made = numbers(3)
    assert len(made) == 3
    assert [row.get("a") for row in made] == [0, 1, 2]
    assert made[2].get("a") == 2
    assert [row.get("a") for row in made[1:9]] == [1, 2]
    for outside in (3, -1):
        with pytest.raises(IndexError):
            made[outside]


def test_sequences_follow_one_another() -> None:
    joined = Joined([numbers(2), numbers(0), numbers(3)])
    assert len(joined) == 5
    expected = [0, 1, 0, 1, 2]
    assert [row.get("a") for row in joined] == expected
    assert [joined[at].get("a") for at in range(5)] == expected
    assert [row.get("a") for row in joined[1:4]] == expected[1:4]
    with pytest.raises(IndexError):
        joined[5]


def test_ids_and_times_are_the_same_in_every_run() -> None:
    assert stable_id("user", "Ann") == stable_id("user", "Ann") != stable_id("queue", "Ann")
    assert numbered_id(1, 10) == "00000001-ad17-4e11-8000-00000000000a"
    moment = dt.datetime(2026, 11, 23, 13, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    assert instant(moment) == "2026-11-23T12:00:00Z"
