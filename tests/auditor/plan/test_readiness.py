"""Readiness agrees with the lifecycle rules on every day, and the page says the same."""

import datetime
import re

import pytest
from msgspec.structs import replace

from auditor.audit import audit
from auditor.cli.answers.ready import lines
from auditor.demo.contoso import DECLARED, contoso
from auditor.demo.healthy import healthy_online
from auditor.model import Audit
from auditor.plan.planner import plan_of
from auditor.plan.readiness import Readiness, readiness_of
from auditor.request import Request
from rules.rule import catalogue
from tests.auditor import one_fault_each
from tests.auditor.one_fault_each import FAULTS, merged
from tests.auditor.random_organisations import made
from tests.auditor.recorded import NOW, READ_AT, Recorded, recorded, request
from tests.auditor.reports.audits import audit_of, finding, mailbox, result, written

KINDS = {rule.id: rule.kind for rule in catalogue()}
DAYS = ["2026-06-01", "2026-11-23", "2027-05-01"]
"""Before Exchange Web Services are refused by default, today, and after their end."""


def both(asked: Request, outside: Recorded) -> tuple[Readiness, Audit]:
    """Readiness and the audit, which agree: in the terminal and on the page."""
    audited = audit(asked, outside, lambda: READ_AT)
    findings = [each for each in audited.findings() if KINDS[each.rule] == "lifecycle"]
    found = readiness_of(asked, outside)
    fails = any(each.verdict == "fail" and each.severity != "note" for each in findings)
    assert found.ready is not fails
    assert found.undetermined is any(each.verdict == "undetermined" for each in findings)
    first = next(iter(lines(found, markdown=False)))
    assert first.rstrip(".") in answer_of(audited)
    return found, audited


def answer_of(of: Audit) -> str:
    section = written("html", of).partition('<section id="ready">')[2].partition("</section>")[0]
    return " ".join(re.sub("<[^>]+>", "", section).split())


def on(day: str, asked: Request) -> Request:
    return replace(asked, as_of=datetime.date.fromisoformat(day))


@pytest.mark.parametrize("seed", [None, 1, 2, 3])
def test_ready_is_false_exactly_where_a_lifecycle_rule_fails(seed: int | None) -> None:
    if seed is None:
        found, _ = both(on(DAYS[1], request(catalogue(), DECLARED)), recorded(contoso(now=NOW)))
        assert any(way.ends for way in found.ways)
        return
    for day in DAYS:
        both(on(day, made(seed).request), made(seed).outside)


WAYS = {
    "application-graph-permissions-missing": "own-application",
    "basic-authentication-to-exchange-online": "built-in",
    "dynamics-end-of-support": "organization",
    "email-router-retired": "organization",
    "exchange-online-ews-retirement": "built-in",
    "exchange-online-ews-retirement-of-applications": "own-application",
    "exchange-online-impersonation-retired": "built-in",
    "exchange-server-end-of-support": "exchange",
    "gmail-password-authentication": "password-mail",
    "on-premises-with-exchange-online-end-of-support": "built-in",
    "outlook-com-basic-authentication": "password-mail",
    "smtp-basic-authentication-to-exchange-online": "password-mail",
    "tls-version-too-old": "email-system",
}
NOT_YET = {("smtp-basic-authentication-to-exchange-online", DAYS[0])}
NO_MORE = {("exchange-online-ews-retirement-of-applications", DAYS[2])}
"""After the end the allow list helps nobody; the permissions of Graph are what counts then."""


def test_every_lifecycle_rule_has_an_organisation_that_it_fails() -> None:
    of_mailboxes = {"dynamics-365-for-outlook-retired"}
    assert set(WAYS) == {id for id, kind in KINDS.items() if kind == "lifecycle"} - of_mailboxes


@pytest.mark.parametrize("rule", WAYS)
def test_an_organisation_of_each_kind_agrees_and_names_the_steps_of_the_plan(rule: str) -> None:
    fault = FAULTS[rule]
    for day in DAYS:
        world = replace(merged(fault.beside, fault.breaks), day=day)
        asked, outside = one_fault_each.made(fault.kind, world)
        found, _ = both(asked, outside)
        ways = [each for each in found.ways if each.missing]
        if (rule, day) in NOT_YET | NO_MORE:
            assert found.ready
            continue
        assert not found.ready
        (way,) = (each for each in ways if each.kind == WAYS[rule])
        assert way.steps
        steps = {each.id: each for each in plan_of(asked, outside).steps}
        assert way.plan
        for each in way.plan:
            assert (steps[each.id].title, steps[each.id].provable) == (each.title, each.provable)


@pytest.mark.parametrize("day", DAYS)
def test_a_ready_organisation_is_told_so_in_one_line(day: str) -> None:
    asked = on(day, request(catalogue(), {}))
    found, audited = both(asked, recorded(healthy_online(20, NOW)))
    assert (found.ready, found.undetermined) == (True, False)
    assert answer_of(audited) == f"Readiness for what ends contoso is ready on {day}."


def test_mailboxes_that_lack_something_are_counted() -> None:
    world = one_fault_each.World(mailboxes={"incomingemaildeliverymethod": 1})
    asked, outside = one_fault_each.made("exchange-online", world)
    found, _ = both(asked, outside)
    (way,) = (each for each in found.ways if each.kind == "mailboxes")
    assert re.match(r"\d+ mailboxes: ", way.missing[0])
    assert way.plan


def test_a_page_from_which_findings_were_left_out_does_not_say_ready() -> None:
    rule = "exchange-online-impersonation-retired"
    left_out = audit_of((), rules=(result(rule, fail=1),))
    assert answer_of(left_out) == ""
    passed = audit_of((), rules=(result(rule, passed=3),))
    assert answer_of(passed).endswith("contoso is ready on 2026-11-23.")
    missing = audit_of((finding(rule, mailbox(1)),), rules=(result(rule, fail=1),))
    assert "contoso is not ready" in answer_of(missing)
