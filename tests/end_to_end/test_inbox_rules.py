"""Inbox rules are asked for, of so many mailboxes as the configuration says, and of no more."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from auditor.demo.contoso import DECLARED, contoso
from auditor.demo.server import SimulatedTenant
from auditor.demo.serving import configuration_of
from tests.end_to_end.conftest import Call, call

SOURCE = "graph.message-rules"
RULE = "inbox-rules-move-email"


@pytest.fixture(scope="module")
def tenant() -> Iterator[SimulatedTenant]:
    with SimulatedTenant(contoso(0)) as started:
        yield started


@pytest.fixture(autouse=True)
def sound(tenant: SimulatedTenant) -> None:
    tenant.faults.clear()


def ended(
    tenant: SimulatedTenant, path: Path, asked: int | None, command: str = "run", *more: object
) -> Call:
    text = configuration_of(tenant, DECLARED)
    line = "inbox_rules = 2000\n"
    assert line in text
    text = text.replace(line, "" if asked is None else f"inbox_rules = {asked}\n")
    (path / "auditor.toml").write_text(text, "utf-8")
    report = ("--json",) if command == "doctor" else ("--report", "json", "--fail-on", "never")
    return call(command, "--config", path / "auditor.toml", *report, *more)


def source(report: dict[str, Any]) -> dict[str, Any]:
    return next(each for each in report["sources"] if each["name"] == SOURCE)


def counts(report: dict[str, Any]) -> dict[str, int]:
    return next(each["counts"] for each in report["rules"] if each["id"] == RULE)


def findings(report: dict[str, Any], verdict: str) -> list[dict[str, Any]]:
    return [
        each for each in report["findings"] if (each["rule"], each["verdict"]) == (RULE, verdict)
    ]


def shared(report: dict[str, Any], code: str) -> dict[str, Any]:
    """The one open finding of many mailboxes that this cause makes."""
    (found,) = (
        each
        for each in findings(report, "undetermined")
        if each["cause"] and each["cause"]["code"] == code
    )
    return found


def batches(tenant: SimulatedTenant, since: int) -> int:
    return sum(each.path == "/v1.0/$batch" for each in tenant.requests[since:])


@pytest.mark.parametrize("asked", [None, 0])
def test_nobody_is_asked_unless_the_configuration_says_so(
    tenant: SimulatedTenant, tmp_path: Path, asked: int | None
) -> None:
    run = ended(tenant, tmp_path, asked)
    assert run.code == 0
    found = source(run.report)
    assert (found["status"], found["requests"]) == ("not-configured", 0)
    assert "Set `inbox_rules` to how many mailboxes to ask" in found["remedy"]
    assert counts(run.report)["pass"] == counts(run.report)["fail"] == 0
    open_ones = shared(run.report, f"{SOURCE}:not-configured")
    assert open_ones["cause"]["source"] == SOURCE
    assert open_ones["affected"]["count"] > 50
    assert run.report["complete"] is True


def test_a_rule_that_moves_email_is_a_note_with_its_evidence_and_no_more_of_it(
    tenant: SimulatedTenant, tmp_path: Path
) -> None:
    snapshot = tmp_path / "snapshot.audit"
    run = ended(tenant, tmp_path, 2000, "run", "--snapshot", snapshot)
    assert source(run.report)["status"] == "read"
    (failing,) = findings(run.report, "fail")
    assert failing["subject"]["name"] == "Ulla Sorts"
    assert failing["severity"] == "note"
    shown = [each for each in failing["evidence"] if each["source"] == SOURCE]
    assert [(each["field"], each["value"]) for each in shown] == [("moves_email", True)]
    assert shown[0]["read_at"]
    assert counts(run.report)["pass"] > 50
    # What the rule is called and whom it looks for are nowhere.
    assert "senderContains" not in run.out
    assert "Customers" not in run.out
    # Mailboxes of no user or queue; asking more people would not help.
    assert shared(run.report, f"{SOURCE}:of-no-owner")["affected"]["count"] > 0
    replayed = call("replay", snapshot, "--report", "json", "--fail-on", "never")
    assert findings(replayed.report, "fail") == [failing]
    assert counts(replayed.report) == counts(run.report)


def test_a_sample_is_bounded_the_same_each_time_and_the_rest_is_open_by_one_cause(
    tenant: SimulatedTenant, tmp_path: Path
) -> None:
    arrived = len(tenant.requests)
    run = ended(tenant, tmp_path, 30)
    found = source(run.report)
    assert (found["status"], found["records"], found["requests"]) == ("read", 30, 2)
    assert run.report["complete"] is True
    assert 0 < counts(run.report)["pass"] <= 30
    rest = shared(run.report, f"{SOURCE}:not-in-sample")
    assert rest["affected"]["count"] > 50
    assert "Raise `inbox_rules` in the section `graph`" in rest["remedy"]
    assert counts(ended(tenant, tmp_path, 30).report) == counts(run.report)
    assert batches(tenant, arrived) >= 4


def test_mailboxes_that_exchange_online_has_not_are_open_and_say_where_to_look(
    tenant: SimulatedTenant, tmp_path: Path
) -> None:
    report = ended(tenant, tmp_path, 2000).report
    assert "Get-InboxRule" in shared(report, "exchange_server.inbox-rules:not-read")["remedy"]


def test_doctor_tries_a_few_mailboxes_and_names_the_permission(
    tenant: SimulatedTenant, tmp_path: Path
) -> None:
    arrived = len(tenant.requests)
    works = ended(tenant, tmp_path, 2000, "doctor")
    assert works.code == 0
    # Once for their settings, once for their rules.
    assert batches(tenant, arrived) == 2
    tenant.faults.denied_permissions.add("MailboxSettings.Read")
    refused = ended(tenant, tmp_path, 2000, "doctor")
    assert refused.code == 3
    for run, state in ((works, "works"), (refused, "missing")):
        (environment,) = json.loads(run.out)["environments"]
        (access,) = (each for each in environment["accesses"] if each["name"] == SOURCE)
        assert access["state"] == state
        assert RULE in access["unlocks"]
    assert "MailboxSettings.Read" in access["grant"]
