"""Unknown facts: what decides in spite of them, and which of several is told."""

import pytest

from rules.evidence import Cause
from rules.unknown import (
    Undecided,
    Unknown,
    all_of,
    any_of,
    both,
    causes_of,
    either,
    is_one_of,
    known,
    negated,
)

FIRST, SECOND = Unknown("first", "ask"), Unknown("second", "ask")


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ((), False),
        ((False, False), False),
        ((False, True), True),
        ((FIRST, True), True),
        ((True, FIRST), True),
        ((False, FIRST, SECOND), FIRST),
        ((SECOND, False, FIRST), SECOND),
    ],
)
def test_either_is_true_where_one_is_whatever_the_rest(facts, found) -> None:
    assert either(*facts) is found


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ((), True),
        ((True, True), True),
        ((True, False), False),
        ((FIRST, False), False),
        ((True, FIRST, SECOND), FIRST),
    ],
)
def test_both_is_false_where_one_is_whatever_the_rest(facts, found) -> None:
    assert both(*facts) is found


def test_known_ends_the_rule_with_the_fact_that_is_not() -> None:
    assert known(0) == 0
    assert known(None) is None
    with pytest.raises(Undecided) as ended:
        known(FIRST)
    assert ended.value.unknown is FIRST


def test_one_that_cannot_be_decided_ends_the_rule() -> None:
    assert any_of([FIRST, True]) is True
    assert all_of([FIRST, False]) is False
    for ask in (any_of, all_of):
        with pytest.raises(Undecided):
            ask([FIRST, ask is all_of])


def test_the_opposite_and_the_choice_of_an_unknown_are_unknown() -> None:
    assert negated(FIRST) is FIRST
    assert negated(False) is True
    assert is_one_of(FIRST, 1, 2) is FIRST
    assert is_one_of(2, 1, 2) is True
    assert is_one_of(3, 1, 2) is False


def test_the_causes_of_what_is_unknown_are_told_once_and_known_facts_have_none() -> None:
    cause = Cause("source", "doors", "forbidden")
    unread = Unknown("It was not read.", "Read it.", cause=cause)
    assert causes_of(True, unread, FIRST, unread) == (cause,)
    assert causes_of(True, FIRST) == ()
