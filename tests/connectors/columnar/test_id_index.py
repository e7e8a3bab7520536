"""Ids compared as numbers: two are the same number when they are the same id, and never else."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec import UNSET

from connectors.columnar.id_index import (
    NOWHERE,
    NULL,
    UNANSWERED,
    Growing,
    IdIndex,
    digest,
    digests,
    digests_of_ids,
    distinct,
    id_digests,
    places_of,
    told,
)
from connectors.columnar.page import Page
from connectors.dynamics.tables.queues import QueueRow
from tests.connectors.columnar.test_packed_rows import packed

GUIDS = [f"{n:08x}-aaaa-bbbb-cccc-dddddddddddd" for n in range(10, 14)]
FEW = [*GUIDS, GUIDS[0].upper(), "user-1", "x" * 36, "", None, UNSET]

guids = st.uuids().map(str)
texts = guids | guids.map(str.upper) | st.text(max_size=2) | st.sampled_from(FEW)
columns = st.one_of(
    st.lists(guids, max_size=6),
    st.lists(st.sampled_from(GUIDS), max_size=6),
    st.lists(guids | st.sampled_from([None, UNSET]), max_size=6),
    st.lists(guids | guids.map(str.upper), max_size=6),
    st.lists(texts | st.sampled_from([None, UNSET]), max_size=6),
    st.lists(st.sampled_from([None, UNSET]), max_size=6),
)
HALVES = [GUIDS[0][:19], GUIDS[0][19:]]
"""Two ids that make a GUID together."""
ASKEW = [GUIDS[0][:-1], GUIDS[0][-1:] + GUIDS[1]]
"""As long as two GUIDs together, with dashes where those have them."""


def plain(value: Any) -> Any:
    """What an id is compared by, in words: no id is ever empty."""
    return value or (UNSET if value is UNSET else None)


def one_by_one(ids: Sequence[Any]) -> list[int]:
    return [int(digests_of_ids([each])[0]) for each in ids]


@settings(max_examples=150)
@given(ids=columns)
@example(ids=HALVES)
@example(ids=ASKEW)
@example(ids=[*ASKEW, None])
def test_digests_are_equal_where_ids_are(ids: list[Any]) -> None:
    for found in (digests_of_ids(ids), digests(ids)):
        assert len(found) == len(ids)
        for one, of_one in zip(ids, found, strict=True):
            for other, of_other in zip(ids, found, strict=True):
                assert (of_one == of_other) == (plain(one) == plain(other))
        assert list(told(found)) == [bool(each) for each in ids]
        assert [n == NULL for n in found] == [plain(each) is None for each in ids]
        assert [n == UNANSWERED for n in found] == [each is UNSET for each in ids]


class Hashed(str):
    """A text whose hash is one that stands for something else."""

    __slots__ = ("number",)

    def __hash__(self) -> int:
        return self.number


def test_a_text_has_one_digest_whether_or_not_others_are_there() -> None:
    (alone,) = digests(["ann"]).tolist()
    assert digests(["ann", None, "ben"]).tolist() == [alone, NULL, digest("ben")]
    assert digest("ann") == alone
    assert places_of("ann", digests(["ben", "ann", None, "ann"])) == [1, 3]


@pytest.mark.parametrize("number", [NULL, UNANSWERED])
def test_no_text_has_the_digest_of_what_is_not_there(number: int) -> None:
    text = Hashed("x")
    text.number = number
    assert digest(text) not in (NULL, UNANSWERED)
    assert digests([text]).tolist() == [digest(text)]


@settings(max_examples=150)
@given(ids=columns)
@example(ids=HALVES)
@example(ids=ASKEW)
@example(ids=GUIDS * 600)
@example(ids=[GUIDS[0], None, "user-1", UNSET, ""] * 200)
def test_an_id_has_one_digest_whatever_else_its_page_holds(ids: list[Any]) -> None:
    rows = [QueueRow("queue", default_mailbox=each) for each in ids]
    expected = one_by_one(ids)
    assert digests_of_ids(ids).tolist() == expected
    assert id_digests(Page(rows, "", ""), "default_mailbox").tolist() == expected
    if rows:
        assert id_digests(Page(packed(rows), "", ""), "default_mailbox").tolist() == expected


@settings(max_examples=100)
@given(added=st.lists(st.lists(texts, max_size=8), max_size=4), asked=st.lists(texts, max_size=8))
def test_an_id_is_found_where_it_was_added_first(added: list[list[Any]], asked: list[Any]) -> None:
    index, places = IdIndex(), dict[Any, int]()
    for ids in [[], *added]:
        for at, each in enumerate(ids, len(index)):
            places.setdefault(plain(each), at)
        index.add(digests_of_ids(ids))
        # What was found before must not keep what is added later from being found.
        wanted = [*asked, *ids, "never added"]
        assert index.find(digests_of_ids(wanted)).tolist() == [
            places.get(plain(each), NOWHERE) for each in wanted
        ]
    assert len(index) == sum(map(len, added))


@given(st.lists(st.integers(-3, 3)))
def test_each_digest_is_told_once_and_in_order(numbers: list[int]) -> None:
    assert distinct(np.array(numbers, np.int64)).tolist() == sorted(set(numbers))


def test_nothing_is_found_where_nothing_was_added() -> None:
    index = IdIndex()
    assert index.find(digests_of_ids(FEW)).tolist() == [NOWHERE] * len(FEW)
    assert index.find(digests_of_ids([])).tolist() == []


@pytest.mark.parametrize("sizes", [(), (0,), (1, 2), (1023, 1, 1), (5000, 1)])
def test_growing_numbers_are_those_that_were_added(sizes: tuple[int, ...]) -> None:
    growing, expected = Growing(np.int32), list[int]()
    for size in sizes:
        more = np.arange(len(expected), len(expected) + size, dtype=np.int32)
        growing.extend(more)
        expected += more.tolist()
        assert growing.ended_by(-1).tolist() == [*expected, -1]
        assert growing.whole().tolist() == expected
    assert len(growing) == len(expected)
