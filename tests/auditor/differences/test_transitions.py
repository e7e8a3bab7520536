"""How a finding goes on: a night on which a source failed neither resolves nor reopens anything."""

import pytest

from auditor.differences.transitions import Now, Openness, SharedOpen, begin, step
from auditor.model import SourceOf, Subject

ALICE = Subject("mailbox", "a")
BOB = Subject("mailbox", "b")


def life(*nights: Now) -> list[str]:
    """The changes of a finding over nights of which the first shows it first."""
    state, seen, changes = "", False, []
    for night in nights:
        if state:
            state, change = step(state, night)
        elif night in ("absent", "unjudged"):
            continue
        else:
            state, change = begin(night, seen_before=seen, was_unjudged=False)
        seen = True
        changes.append(str(change))
    return changes


@pytest.mark.parametrize(
    ("nights", "changes"),
    [
        (["fail", "fail", "absent"], ["new", "still", "fixed"]),
        (["fail", "absent", "fail"], ["new", "fixed", "reopened"]),
        (["fail", "unjudged", "fail"], ["new", "became-undetermined", "still"]),
        (
            ["fail", "unjudged", "unjudged", "absent"],
            ["new", *["became-undetermined"] * 2, "fixed"],
        ),
        (["fail", "undetermined", "fail"], ["new", "became-undetermined", "still"]),
        (["undetermined", "fail"], ["new", "established"]),
        (["undetermined", "absent"], ["new", "established"]),
        (["undetermined", "unjudged", "fail"], ["new", "still", "established"]),
        (["fail", "waived", "fail"], ["new", "waived", "waiver-expired"]),
        (["waived", "unjudged", "waived", "fail"], ["waived", "still", "still", "waiver-expired"]),
        (["waived", "undetermined", "fail"], ["waived", "waiver-expired", "still"]),
        (["fail", "absent", "undetermined"], ["new", "fixed", "became-undetermined"]),
    ],
)
def test_changes_of_a_finding(nights: list[Now], changes: list[str]) -> None:
    assert life(*nights) == changes


def test_what_the_night_before_did_not_judge_is_not_new() -> None:
    assert begin("fail", seen_before=False, was_unjudged=True) == ("F", "established")


def cause(count: int, subjects: frozenset[str] | None = None, fingerprint: str = "c") -> SharedOpen:
    return SharedOpen(fingerprint, "some-rule", "mailbox", count, subjects, "dynamics.queues")


def openness(*shared: SharedOpen, status: str = "not-configured") -> Openness:
    source = SourceOf("dynamics.queues", status, 0, 0, "", "")  # type: ignore[arg-type]
    return Openness(["some-rule"], shared, [source])


def test_a_rule_that_was_not_asked_resolves_nothing() -> None:
    assert openness().hides("another-rule", ALICE)
    assert not openness().hides("some-rule", ALICE)


def test_a_cause_hides_what_it_may_cover() -> None:
    assert openness(cause(2000)).hides("some-rule", ALICE)
    assert openness(cause(1, frozenset("a"))).hides("some-rule", ALICE)
    assert not openness(cause(1, frozenset("b"))).hides("some-rule", ALICE)
    assert not openness(cause(2000)).hides("some-rule", Subject("profile", "a"))


def test_a_cause_that_stood_beside_the_finding_is_about_others() -> None:
    before = openness(cause(2000))
    assert not openness(cause(1999)).hides("some-rule", ALICE, before)
    assert openness(cause(2001)).hides("some-rule", ALICE, before)
    assert openness(cause(2000, fingerprint="d")).hides("some-rule", ALICE, before)


def test_a_source_that_is_lost_hides_whatever_stood_before() -> None:
    before = openness(cause(2000), status="partial")
    assert openness(cause(2000), status="partial").hides("some-rule", BOB, before)
