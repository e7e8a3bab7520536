"""Findings grouped as they stream by: where each stands, the first few, and the rest counted."""

import pytest
from msgspec.structs import replace

from auditor.model import SharedCause, Waived
from auditor.reports.shared import digest as module
from auditor.reports.shared.digest import SHOWN, digest, section_of
from tests.auditor.reports.audits import (
    APPROVAL,
    FAILING,
    LOGGING,
    PROFILE,
    UNTESTED,
    audit_of,
    finding,
    mailbox,
)

CAUSE = SharedCause(code="x", source="s")
WAIVED = Waived("why", "2027-01-01")


def test_a_finding_stands_under_its_verdict_or_apart():
    fails = finding(APPROVAL, mailbox(1))
    open = finding(APPROVAL, mailbox(1), "undetermined")
    assert section_of(fails) == "fail"
    assert section_of(open) == "undetermined"
    assert section_of(replace(open, cause=CAUSE)) == "shared"
    assert section_of(replace(fails, waived=WAIVED)) == "waived"
    assert section_of(replace(open, cause=CAUSE, waived=WAIVED)) == "waived"


def test_the_worst_comes_first_then_the_most_then_by_rule():
    listed = [
        finding(LOGGING, PROFILE),
        replace(finding(UNTESTED, mailbox(1)), severity="error"),
        finding(APPROVAL, mailbox(1)),
        finding(APPROVAL, mailbox(2)),
        replace(finding(FAILING, PROFILE), severity="error"),
        finding(APPROVAL, mailbox(3), waived=WAIVED),
    ]
    found = digest(audit_of(listed))
    assert [(each.rule, each.section, each.count) for each in found.groups] == [
        (APPROVAL, "fail", 2),
        *sorted([(FAILING, "fail", 1), (UNTESTED, "fail", 1), (APPROVAL, "waived", 1)]),
        (LOGGING, "fail", 1),
    ]
    assert [each.section for each in found.of("waived")] == ["waived"]
    assert found.count("fail") == 5
    assert found.count("shared") == 0


def test_the_first_few_are_kept_and_all_are_counted():
    listed = [finding(APPROVAL, mailbox(number)) for number in range(SHOWN + 1)]
    (group,) = digest(audit_of(listed)).groups
    assert (group.count, group.first) == (SHOWN + 1, listed[:SHOWN])
    (two,) = digest(audit_of(listed), 2).groups
    assert two.first == listed[:2]


def test_a_fault_of_records_has_all_its_rules_and_its_first_records():
    def open(rule: str, number: int, message: str = "Odd.") -> object:
        return finding(rule, mailbox(number), "undetermined", message=message)

    listed = [
        replace(open("mailbox-not-approved", 1, "Other."), remedy="Same."),
        *(
            replace(open(rule, number), remedy="Same.")
            for number in range(1, 5)
            for rule in (APPROVAL, UNTESTED)
        ),
    ]
    most, least = digest(audit_of(listed), 3).open_faults
    assert (most.message, most.remedy, most.count) == ("Odd.", "Same.", 8)
    assert most.rules == [APPROVAL, UNTESTED]
    assert most.subjects == [mailbox(1), mailbox(2), mailbox(3)]
    assert most.elsewhere == 2
    assert most.evidence == listed[1].evidence
    assert (least.message, least.count, least.elsewhere) == ("Other.", 1, 0)


@pytest.mark.parametrize("listed", [finding(APPROVAL, mailbox(1)),
    finding(APPROVAL, mailbox(1), "undetermined", cause=CAUSE),
    finding(APPROVAL, mailbox(1), "undetermined", waived=WAIVED)])  # fmt: skip
def test_what_fails_is_shared_or_waived_is_no_open_fault(listed):
    assert digest(audit_of([listed])).open_faults == ()


def test_of_faults_without_room_the_findings_are_counted(monkeypatch):
    monkeypatch.setattr(module, "OPEN_FAULTS", 2)
    listed = [
        finding(APPROVAL, mailbox(1), "undetermined", message=message) for message in "abcacb"
    ]
    found = digest(audit_of(listed))
    assert [(each.message, each.count) for each in found.open_faults] == [("a", 2), ("b", 2)]
    assert found.more_open == 2
