"""Readiness by the lifecycle rules: ready, not ready, not known, or nothing to say."""

from typing import Any

import pytest
from msgspec.structs import replace

from auditor.model import Affected, Counts, Finding, RuleResult, Waived
from auditor.reports.page.readiness import MOST, Missing, Readiness
from tests.auditor.reports.audits import PROFILE, RULES, audit_of, finding, mailbox

LIFECYCLE = [rule for rule in RULES.values() if rule.kind == "lifecycle"]
FIRST, SECOND = LIFECYCLE[0].id, LIFECYCLE[1].id
OTHER = next(rule.id for rule in RULES.values() if rule.kind == "support")


def results(*each: tuple[str, dict[str, int]]) -> tuple[RuleResult, ...]:
    return tuple(RuleResult(RULES[id], (), replace(Counts.none(), **of)) for id, of in each)


def fails(number: int, message: str = "Old.", rule: str = FIRST, **changed: Any) -> Finding:
    made = finding(rule, mailbox(number), message=message)
    return replace(made, **{"severity": "error", "remedy": "Renew.", **changed})


def shown(rules: tuple[RuleResult, ...], *findings: Finding) -> Any:
    readiness = Readiness(audit_of(rules=rules))
    for each in findings:
        readiness.take(each)
    return readiness.shown()


def test_what_fails_is_missing_and_makes_it_not_ready():
    found = shown(results((FIRST, {"fail": 1, "passed": 3})), fails(1))
    assert found["answer"] == "contoso is not ready on 2026-11-23."
    (missing,) = found["missing"]
    assert (missing.message, missing.remedy, missing.count) == ("Old.", "Renew.", 1)
    assert missing.where == "Mailbox Mailbox 1 <user1@contoso.example>"
    assert found["more"] == 0


def test_where_all_pass_it_is_ready():
    found = shown(results((FIRST, {"passed": 3})))
    assert (found["answer"], found["missing"]) == ("contoso is ready on 2026-11-23.", [])


def test_a_note_is_named_and_makes_it_no_less_ready():
    found = shown(results((FIRST, {"fail": 1})), fails(1, severity="note"))
    assert found["answer"] == "contoso is ready on 2026-11-23."
    assert len(found["missing"]) == 1
    both = results((FIRST, {"fail": 2}))
    found = shown(both, fails(1), fails(2, severity="note"))
    assert found["answer"] == "contoso is not ready on 2026-11-23."
    assert shown(both, fails(1, severity="warning"), fails(2, severity="note"))["answer"] == (
        "contoso is not ready on 2026-11-23."
    )


def test_what_could_not_be_judged_is_said():
    open = fails(1, verdict="undetermined")
    found = shown(results((FIRST, {"undetermined": 1})), open)
    assert found["answer"].startswith("Whether contoso is ready on 2026-11-23 is not known")
    assert found["missing"] == []


def test_a_shared_cause_counts_for_all_that_it_leaves_open():
    shared = fails(1, verdict="undetermined", affected=Affected("mailbox", 3, 1, ()))
    assert shown(results((FIRST, {"undetermined": 3})), shared) is not None
    assert shown(results((FIRST, {"undetermined": 4})), shared) is None


def test_a_shared_finding_that_fails_is_not_one_subject_s():
    shared = fails(1, affected=Affected("mailbox", 3, 1, ()))
    assert shown(results((FIRST, {"fail": 3})), shared)["missing"] == []


def test_a_waiver_changes_nothing_of_it():
    waived = fails(1, waived=Waived("why", "2027-01-01"))
    found = shown(results((FIRST, {"waived": 1})), waived)
    assert found["answer"] == "contoso is not ready on 2026-11-23."


@pytest.mark.parametrize("outcome", ["fail", "undetermined", "waived"])
def test_nothing_is_said_where_findings_were_left_out(outcome):
    assert shown(results((FIRST, {outcome: 1}), (SECOND, {"passed": 1}))) is None


def test_what_is_missing_is_said_though_other_findings_were_left_out():
    found = shown(results((FIRST, {"fail": 2})), fails(1))
    assert found["answer"] == "contoso is not ready on 2026-11-23."


def test_without_a_lifecycle_rule_nothing_is_said():
    assert shown(results((OTHER, {"fail": 1})), fails(1, rule=OTHER)) is None
    assert shown((), fails(1)) is None


def test_other_rules_are_passed_over():
    found = shown(results((FIRST, {}), (OTHER, {"fail": 1})), fails(1, rule=OTHER))
    assert (found["answer"], found["missing"]) == ("contoso is ready on 2026-11-23.", [])


def test_mailboxes_that_lack_the_same_stand_together_other_subjects_by_themselves():
    rules = results((FIRST, {"fail": 5}), (SECOND, {"fail": 1}))
    profiles = [fails(1, subject=replace(PROFILE, id=id)) for id in ("p-1", "p-2")]
    found = shown(rules, fails(1), fails(2), *profiles, fails(3, "Other."), fails(1, rule=SECOND))
    assert [(each.subject.id, each.message, each.count) for each in found["missing"]] == [
        (mailbox(1).id, "Old.", 2),
        ("p-1", "Old.", 1),
        ("p-2", "Old.", 1),
        (mailbox(3).id, "Other.", 1),
        (mailbox(1).id, "Old.", 1),
    ]
    assert found["missing"][0].where == "2 mailboxes"


def test_many_are_counted_in_thousands():
    assert Missing(mailbox(1), "", "", 1234).where == "1,234 mailboxes"


@pytest.mark.parametrize(("count", "named", "more"), [(50, 50, 0), (51, 50, 1), (53, 50, 3)])
def test_no_more_are_named_than_can_be_read(count, named, more):
    rules = results((FIRST, {"fail": count}))
    found = shown(rules, *(fails(number, f"Old {number}.") for number in range(count)))
    assert (len(found["missing"]), found["more"]) == (named, more)
    assert MOST == 50


def test_what_does_not_print_is_shown_as_its_code():
    (missing,) = shown(results((FIRST, {"fail": 1})), fails(1, "a\nb"))["missing"]
    assert missing.message == "a b"
