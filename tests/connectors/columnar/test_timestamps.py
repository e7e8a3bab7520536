"""Dates become numbers that compare as the moments do, a whole column like each text by itself."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from connectors.columnar.id_index import NULL, UNANSWERED
from connectors.columnar.page import Page
from connectors.columnar.timestamps import NO_DATE, moment, moments
from connectors.dynamics.tables.mailboxes import MailboxRow
from tests.connectors.columnar.test_packed_rows import packed

COLUMN = "processinglastattemptedon"

plain = st.datetimes().map(lambda each: f"{each:%Y-%m-%dT%H:%M:%SZ}".rjust(20, "0"))
alike = st.sampled_from(["2024-02-29T23:59:59Z", "2026-11-23T03:00:00Z"])
odd = st.sampled_from(
    [
        "2023-02-29T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-00-10T00:00:00Z",
        "2026-11-00T00:00:00Z",
        "2026-11-23T24:00:00Z",
        "2026-11-23T03:60:00Z",
        "2026-11-23T03:00:61Z",
        "2026-11-:3T03:00:00Z",
        "2026-11-23T03:00:00+02:00",
        "2026-11-23T03:00:00.25Z",
        "2026-11-23 03:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "soon",
    ]
)
absent = st.sampled_from([None, UNSET, ""])
columns = st.sampled_from([plain, alike, plain | absent, alike | absent, plain | odd, odd | absent])
columns = columns.flatmap(lambda each: st.lists(each, max_size=12))


@given(columns, st.booleans())
def test_a_column_is_told_as_each_of_its_texts(texts: list, is_packed: bool):
    rows = [MailboxRow(f"mailbox-{at}", **{COLUMN: text}) for at, text in enumerate(texts)]
    page = Page(packed(rows) if is_packed and rows else rows, "2026-11-23T03:00:00Z", "")
    assert moments(page, COLUMN).tolist() == [
        UNANSWERED if text is UNSET else moment(text or "") for text in texts
    ]


@given(st.datetimes(), st.datetimes())
def test_numbers_compare_as_the_moments_do(one: datetime, other: datetime):
    one, other = (each.replace(microsecond=0, tzinfo=UTC) for each in (one, other))
    first, second = (moment(each.isoformat()) for each in (one, other))
    assert (first < second, first == second) == (one < other, one == other)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2026-11-23T03:00:00Z", 20261123030000),
        ("2026-11-23T03:00:00", 20261123030000),
        ("2026-11-23T03:00:00.9Z", 20261123030000),
        ("2026-11-23T01:00:00+02:00", 20261122230000),
        ("2026-02-30T03:00:00Z", NO_DATE),
        ("0001-01-01T00:00:00+14:00", 10101000000),
        ("23.11.2026 03:00", NO_DATE),
        ("soon", NO_DATE),
        ("", NULL),
    ],
)
def test_a_moment_has_the_digits_of_its_time_in_utc(text: str, number: int):
    assert moment(text) == number


def found(texts: list) -> list[int]:
    rows = [MailboxRow(f"mailbox-{at}", **{COLUMN: text}) for at, text in enumerate(texts)]
    return moments(Page(packed(rows), "2026-11-23T03:00:00Z", ""), COLUMN).tolist()


@pytest.mark.parametrize(
    "texts",
    [
        ["2026-11-23T03:00:00Z", "0001-12-31T23:59:59Z", "2026-01-01T00:00:00Z"],
        ["2026-11-23T03:00:00Z", None, "2026-11-23T03:00:01Z", UNSET, "2025-02-28T00:00:00Z"],
        [None, None],
    ],
)
def test_usual_dates_are_read_as_a_whole_column(texts: list, monkeypatch: pytest.MonkeyPatch):
    expected = [UNANSWERED if text is UNSET else moment(text or "") for text in texts]
    monkeypatch.delattr("connectors.columnar.timestamps.moment")
    assert found(texts) == expected


def test_a_date_that_repeats_is_read_once(monkeypatch: pytest.MonkeyPatch):
    asked = []
    monkeypatch.setattr(
        "connectors.columnar.timestamps.moment", lambda text: asked.append(text) or 7
    )
    assert found(["soon", "later"] * 10) == [7] * 20
    assert asked == ["soon", "later"]


@pytest.mark.parametrize(
    "odd",
    [
        "2024-02-29T23:59:59Z",
        "0000-01-01T00:00:00Z",
        "2026-11-00T00:00:00Z",
        "2026-11-31T00:00:00Z",
        "2026-11-23T24:00:00Z",
        "2026-11-23T03:60:00Z",
        "2026-11-23T03:00:60Z",
        "2026-11-:3T03:00:00Z",
    ],
)
def test_only_what_is_not_usual_is_read_by_itself(odd: str, monkeypatch: pytest.MonkeyPatch):
    asked = []
    monkeypatch.setattr(
        "connectors.columnar.timestamps.moment", lambda text: asked.append(text) or 7
    )
    assert found(["2026-11-23T03:00:00Z", odd]) == [20261123030000, 7]
    assert asked == [odd]


def test_texts_of_another_length_or_with_other_separators_are_read_one_by_one(
    monkeypatch: pytest.MonkeyPatch,
):
    asked = []
    monkeypatch.setattr(
        "connectors.columnar.timestamps.moment", lambda text: asked.append(text) or 7
    )
    for texts in (["a", "b"], ["2026-11-23 03:00:00Z", "2026-11-24T03:00:00Z"], ["long", "b", "c"]):
        asked.clear()
        assert found(texts) == [7] * len(texts)
        assert asked == texts
