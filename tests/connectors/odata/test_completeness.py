"""What shows that a listing is not whole, though the server says that all went well."""

from typing import Any

import pytest

from connectors.odata.completeness import (
    MOST_REPEATED,
    MOST_WITHOUT_ROWS,
    Progression,
    shortened,
)

PLACE = "https://org.example/api"
SHORT = "The list is incomplete."


@pytest.mark.parametrize(
    "answer",
    [
        {"error": {"message": "It broke."}},
        {"@odata.error": {"message": "It broke."}},
        {"error": {"message": "It broke."}, "warnings": [SHORT]},
    ],
)
def test_an_error_within_an_answer_is_a_failure(answer: dict[str, Any]) -> None:
    found = shortened(answer, PLACE)
    assert found is not None
    assert (found.code, found.url) == ("error-in-answer", PLACE)
    assert found.reason.endswith("It broke.")


@pytest.mark.parametrize(
    "answer",
    [
        {"warnings": SHORT},
        {"@odata.warnings": [SHORT]},
        {"@adminapi.warnings": ["Fine.", {"message": SHORT}]},
        {"warnings": {"a": {"b": [SHORT]}}},
    ],
)
def test_a_warning_of_a_short_list_is_one_wherever_it_stands(answer: dict[str, Any]) -> None:
    found = shortened(answer, PLACE)
    assert found is not None
    assert (found.code, found.url) == ("warned-of-short-list", PLACE)
    assert found.reason == f"{PLACE}: the server warns that the list is short: {SHORT}"


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"warnings": []},
        {"warnings": None},
        {"warnings": ["The cmdlet is deprecated."]},
        {"warnings": 7},
        {"warnings": [7, None]},
        {"other": [SHORT]},
        {"error": None},
    ],
)
def test_nothing_else_makes_a_list_short(answer: dict[str, Any]) -> None:
    assert shortened(answer, PLACE) is None


@pytest.mark.parametrize(
    "words", ["TIMED OUT", "result size", "first 1,000 items", "more results", "truncated"]
)
def test_words_of_a_short_list(words: str) -> None:
    assert shortened({"warnings": [words]}, PLACE) is not None


def test_a_hundred_pages_without_rows_may_go_on_and_one_more_is_endless() -> None:
    progression = Progression()
    for _ in range(MOST_WITHOUT_ROWS):
        assert progression.check([], PLACE, has_more=True) is None
    found = progression.check([], PLACE, has_more=True)
    assert found is not None
    assert (found.code, found.url) == ("endless-listing", PLACE)
    assert f"{MOST_WITHOUT_ROWS} pages in a row hold nothing" in found.reason


@pytest.mark.parametrize(("rows", "has_more"), [([1], True), ([], False)])
def test_rows_or_the_end_begin_the_count_anew(rows: list[int], has_more: bool) -> None:
    progression = Progression()
    for _ in range(MOST_WITHOUT_ROWS):
        progression.check([], PLACE, has_more=True)
    assert progression.check(rows, PLACE, has_more=has_more) is None
    for _ in range(MOST_WITHOUT_ROWS):
        assert progression.check([], PLACE, has_more=True) is None
    assert progression.check([], PLACE, has_more=True) is not None
    assert progression.ended() is None


def test_ten_repeated_pages_may_go_on_and_one_more_is_endless() -> None:
    progression = Progression()
    assert progression.check([1, 2], PLACE, has_more=True) is None
    assert progression.ended() is None
    for _ in range(MOST_REPEATED):
        assert progression.check([1, 2], PLACE, has_more=True) is None
    found = progression.check([1, 2], PLACE, has_more=True)
    assert found is not None
    assert (found.code, found.url) == ("endless-listing", PLACE)
    assert "11 pages hold rows that came before" in found.reason


def test_a_listing_that_ended_says_how_many_pages_came_twice() -> None:
    progression = Progression()
    for rows in ([1, 2], [3], [1, 2], [1, 3], [1, 2, 2]):
        progression.check(rows, PLACE, has_more=True)
    found = progression.ended()
    assert found is not None
    assert (found.code, found.url) == ("rows-repeated", PLACE)
    assert "gave 1 pages twice" in found.reason


def test_the_same_rows_of_another_place_are_others() -> None:
    progression = Progression()
    progression.check([1], PLACE, has_more=True)
    progression.check([1], f"{PLACE}/2", has_more=True)
    assert progression.ended() is None
