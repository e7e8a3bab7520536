"""What a step lists of mailboxes is what the audit found of them, forwards and backwards."""

import pytest

from auditor.audit import verdicts_of
from auditor.findings.findings import Findings
from auditor.findings.waivers import Waivers
from auditor.plan.aims import Aims
from auditor.plan.candidates import Candidate
from auditor.plan.listed.of_groups import OfGroups, differs
from auditor.plan.trying.bench import Bench
from tests.auditor.one_fault_each import World, made

RULE = "mailbox-not-approved"
REJECTED, APPROVED = 3, 1


@pytest.fixture(scope="module")
def bench() -> Bench:
    world = World(mailboxes={"emailrouteraccessapproval": REJECTED})
    asked, outside = made("exchange-online", world)
    return Bench(asked, verdicts_of(asked, outside)[0])


@pytest.fixture(scope="module")
def findings(bench: Bench) -> Findings:
    asked = bench.request
    waivers = Waivers((), asked.environment, asked.as_of)
    return Findings(asked.environment, asked.url, bench.verdicts, waivers)


def test_mailboxes_causes_and_changes_are_listed_by_id(bench: Bench, findings: Findings) -> None:
    aims = [aim for aim, _, _ in Aims(bench, findings).all() if RULE in aim.rules]
    groups = {aim.group.number: [aim.repair] for aim in aims if aim.group and aim.repair}
    listed = OfGroups(findings, bench.before.groups)
    failing = [each.subject for each in findings if each.rule == RULE and each.verdict == "fail"]
    assert failing
    assert list(listed.subjects(groups)) == failing
    assert list(listed.causes(groups)) == [f"mailbox:{each.id}:approval" for each in failing]
    candidates = [Candidate("mailbox", "emailrouteraccessapproval", APPROVED)]
    changes = listed.changes(candidates, groups)
    assert [each.subject for each in changes] == failing
    assert all(each.after == APPROVED != each.before for each in changes)
    back = listed.changes(candidates, groups, backwards=True)
    assert list(back) == [each.undone() for each in reversed(list(changes))]
    assert len(listed.subjects(groups)) == len(changes) == len(failing) == listed.count(groups)
    # What holds the value already does not change.
    same = [candidates[0]._replace(value=next(iter(changes)).before)]
    assert len(listed.changes(same, groups)) < len(failing)


def test_of_no_groups_nothing_is_listed(bench: Bench, findings: Findings) -> None:
    listed = OfGroups(findings, bench.before.groups)
    assert listed.subjects(()) == listed.causes({}) == listed.changes([], ()) == ()


def test_one_is_not_yes() -> None:
    assert [differs(1, True), differs(1, 1), differs(None, 1), differs(2, 1)] == [
        True,
        False,
        True,
        True,
    ]
