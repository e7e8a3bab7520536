"""What to act on first: grants by what they settle, unread sources by how they ended, causes."""

from msgspec.structs import replace

from auditor.model import FirstChanges, OpenCause, SharedCause, SourceOf, Waived
from auditor.reports.shared import ranking
from tests.auditor.reports.audits import (
    APPROVAL,
    CAUSES,
    FAILING,
    PROFILE,
    audit_of,
    cause,
    mailbox,
    of_causes,
)

WAIVED = Waived("why", "2027-01-01")


def open_cause(code: str, remedy: str, rules: tuple[str, ...], subjects: int) -> OpenCause:
    return OpenCause(SharedCause(code=code, source="s"), remedy, rules, subjects)


def test_one_grant_for_each_remedy_the_largest_first():
    listed = (
        open_cause("a", "Grant A.", ("r2",), 3),
        open_cause("b", "Grant B.", ("r1",), 4),
        open_cause("c", "Grant A.", ("r1", "r2"), 2),
    )
    first, second = ranking.grants(audit_of(undetermined=listed))
    assert (first.remedy, first.subjects, first.rules) == ("Grant A.", 5, ("r1", "r2"))
    assert [each.code for each in first.causes] == ["a", "c"]
    assert (second.remedy, second.subjects) == ("Grant B.", 4)


def test_sources_that_ended_alike_stand_together_failures_first():
    def source(name: str, status: str, reason: str = "R", remedy: str = "F") -> SourceOf:
        return SourceOf(name, status, 0, 0, reason, remedy)

    listed = (
        source("d", "partial"),
        source("c", "failed"),
        source("b", "failed", reason="Other"),
        source("a", "failed"),
        source("e", "failed", remedy="Other"),
        source("f", "read"),
        source("g", "not-configured"),
    )
    found = ranking.unread(audit_of(sources=listed))
    assert [(each.status, each.names, each.reason, each.remedy) for each in found] == [
        ("failed", ("a", "c"), "R", "F"),
        ("failed", ("b",), "Other", "F"),
        ("failed", ("e",), "R", "Other"),
        ("partial", ("d",), "R", "F"),
    ]


def test_the_first_causes_are_no_more_than_asked_for():
    audit = audit_of()
    assert ranking.first_causes(audit, 0) == ()
    assert ranking.first_causes(audit, 1) == CAUSES[:1]
    assert ranking.first_causes(audit, 9) == CAUSES


def test_one_change_on_several_mailboxes_is_one():
    same = [cause(APPROVAL, mailbox(number), 1, 1, "Fix.") for number in (1, 2)]
    other = cause(APPROVAL, mailbox(3), 1, 1, "Another.")
    profile = cause(FAILING, PROFILE, 1, 1, "Fix.")
    second_profile = replace(profile, id="profile:2")
    audit = audit_of(**of_causes(*same, other, profile, second_profile))
    every = (same[0], other, profile, second_profile)
    assert ranking.first_of_each_change(audit, 9) == every
    assert ranking.first_of_each_change(audit, 4) == every
    assert ranking.first_of_each_change(audit, 2) == every[:2]
    assert ranking.change_of(same[0]) == ranking.change_of(same[1])
    assert ranking.change_of(profile) != ranking.change_of(second_profile)


def test_what_is_waived_is_not_to_be_repaired_first():
    waived = replace(CAUSES[0], waived=WAIVED)
    assert ranking.first_to_repair(audit_of(**of_causes(waived, CAUSES[1]))) == CAUSES[1]
    assert ranking.first_to_repair(audit_of(**of_causes(waived))) is None
    assert ranking.first_to_repair(audit_of()) == CAUSES[0]


def test_changes_are_looked_for_where_somebody_can():
    assert ranking.first_changes(audit_of(), CAUSES) == FirstChanges({}, ended=False)

    def look(causes):
        return FirstChanges({each.id: "Change it." for each in causes}, ended=True)

    found = ranking.first_changes(audit_of(first_steps=look), CAUSES[:1])
    assert found == FirstChanges({CAUSES[0].id: "Change it."}, ended=True)
