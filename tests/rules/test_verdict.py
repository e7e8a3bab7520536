"""What a rule may answer, in its published words."""

import pytest

from rules.verdict import (
    EFFECTS,
    OUTCOMES,
    SEVERITIES,
    Fail,
    NotApplicable,
    Pass,
    Undetermined,
    Verdict,
    outcome,
    worst,
)


def test_the_gravest_severity_and_effect_stand_first() -> None:
    assert SEVERITIES == ("error", "warning", "note")
    assert list(EFFECTS) == ["stops", "degrades", "unsupported", "ends", "exposes", "advice"]


@pytest.mark.parametrize(
    ("verdict", "word"),
    [
        (Pass("", ()), "pass"),
        (Fail("", ()), "fail"),
        (Undetermined("", ""), "undetermined"),
        (NotApplicable(""), "not-applicable"),
    ],
)
def test_each_verdict_has_its_word(verdict: Verdict, word: str) -> None:
    assert outcome(verdict) == word
    assert word in OUTCOMES


def test_the_words_are_four() -> None:
    assert OUTCOMES == ("pass", "fail", "undetermined", "not-applicable")


@pytest.mark.parametrize(
    ("outcomes", "aggregate"),
    [
        (OUTCOMES, "fail"),
        (["pass", "undetermined", "not-applicable"], "undetermined"),
        (["not-applicable", "pass"], "pass"),
        (["not-applicable"], "not-applicable"),
        ([], "not-applicable"),
    ],
)
def test_the_worst_of_several_stands_for_all(outcomes: list[str], aggregate: str) -> None:
    assert worst(outcomes) == aggregate
