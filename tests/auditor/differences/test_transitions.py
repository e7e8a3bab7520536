"""How a finding goes on: a night on which a source failed neither resolves nor reopens anything."""

import pytest
from msgspec.structs import replace

from auditor.differences.transitions import (
    Now,
    Openness,
    SharedOpen,
    begin,
    now_of,
    shared_open,
    step,
)
from auditor.model import Affected, SharedCause, SourceOf, Subject, Waived
from tests.auditor.reports.audits import APPROVAL, finding, mailbox

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


EVERY: tuple[Now, ...] = ("fail", "undetermined", "waived", "absent", "unjudged")


@pytest.mark.parametrize(
    ("state", "steps"),
    [
        ("F", ["F still", "V became-undetermined", "W waived", " fixed", "f became-undetermined"]),
        ("V", ["F still", "V still", "W waived", " fixed", "v still"]),
        ("W", ["F waiver-expired", "X waiver-expired", "W still", " fixed", "w still"]),
        ("X", ["F still", "X still", "W waived", " fixed", "x still"]),
        ("U", ["F established", "U still", "W waived", " established", "u still"]),
    ],
)
def test_each_state_goes_on_by_what_the_audit_says(state: str, steps: list[str]) -> None:
    assert [" ".join(step(state, now)) for now in EVERY] == steps
    assert [" ".join(step(state.lower(), now)) for now in EVERY] == steps


@pytest.mark.parametrize(
    ("now", "seen_before", "was_unjudged", "begun"),
    [
        ("fail", False, False, ("F", "new")),
        ("fail", True, False, ("F", "reopened")),
        ("fail", True, True, ("F", "established")),
        ("undetermined", False, False, ("U", "new")),
        ("undetermined", True, False, ("U", "became-undetermined")),
        ("undetermined", False, True, ("U", "new")),
        ("waived", False, False, ("W", "waived")),
        ("waived", True, True, ("W", "waived")),
    ],
)
def test_a_finding_begins(
    now: Now, seen_before: bool, was_unjudged: bool, begun: tuple[str, str]
) -> None:
    assert begin(now, seen_before=seen_before, was_unjudged=was_unjudged) == begun


FAILS = finding(APPROVAL, mailbox(1))
OPEN = finding(APPROVAL, mailbox(1), "undetermined")
CAUSE = SharedCause(code="x", source="dynamics.queues")
DECLARATION = SharedCause(code="x", declaration="tenant")


def test_a_finding_says_its_verdict_or_that_it_is_waived() -> None:
    assert (now_of(FAILS), now_of(OPEN)) == ("fail", "undetermined")
    waiver = Waived("why", "2027-01-01")
    assert [now_of(replace(each, waived=waiver)) for each in (FAILS, OPEN)] == ["waived"] * 2


def test_what_a_shared_cause_leaves_open() -> None:
    all_named = Affected("mailbox", 2, 1, (mailbox(1), mailbox(2)))
    found = shared_open(replace(OPEN, cause=CAUSE, affected=all_named))
    ids = frozenset({mailbox(1).id, mailbox(2).id})
    assert found == SharedOpen(OPEN.fingerprint, APPROVAL, "mailbox", 2, ids, "dynamics.queues")
    more = replace(OPEN, cause=DECLARATION, affected=replace(all_named, count=3))
    assert shared_open(more) == SharedOpen(OPEN.fingerprint, APPROVAL, "mailbox", 3, None, "")
    whole = Affected("organization", 1, 1, (Subject("organization", "o"),))
    of_all = shared_open(replace(OPEN, cause=CAUSE, affected=whole))
    assert of_all is not None
    assert of_all.subjects is None


def test_what_is_one_subjects_own_is_not_shared() -> None:
    assert shared_open(OPEN) is None
    assert shared_open(replace(OPEN, cause=CAUSE)) is None
    assert shared_open(replace(OPEN, affected=Affected("mailbox", 1, 1, ()))) is None


def test_a_rule_is_asked_where_the_audit_has_it() -> None:
    assert openness().asks("some-rule")
    assert not openness().asks("another-rule")


@pytest.mark.parametrize(
    ("status", "is_hidden"),
    [("failed", True), ("partial", True), ("read", False), ("not-configured", False)],
)
def test_a_source_is_lost_where_it_failed_or_was_read_in_part(status: str, is_hidden: bool) -> None:
    now = openness(cause(2000), status=status)
    assert now.hides("some-rule", BOB, openness(cause(2000))) is is_hidden


def test_a_cause_of_the_organisation_covers_everything() -> None:
    of_all = SharedOpen("c", "some-rule", "organization", 1, None, "dynamics.queues")
    assert openness(of_all).hides("some-rule", Subject("profile", "p"))
