"""Mailboxes of an Exchange Server are opened, so many as the configuration says."""

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from auditor.demo.ews import ExchangeServer
from auditor.demo.healthy import INTERNAL_BUILD, INTERNAL_HOST, healthy_on_premises
from auditor.demo.organisation import Organisation
from auditor.demo.server import SimulatedTenant
from auditor.demo.serving import configuration_of
from tests.end_to_end.conftest import Call, call

SOURCE = "exchange_server.mailboxes"
NOT_THERE = "mailbox-not-on-exchange-server"
WAITS = "undeliverable-email-waits"


def addresses_of(organisation: Organisation) -> list[str]:
    """The addresses of users and queues, lower case."""
    columns = {"systemusers": "internalemailaddress", "queues": "emailaddress"}
    found = {
        str(row.get(column)).lower()
        for table, column in columns.items()
        for row in organisation.rows_of(table)
        if row.get(column)
    }
    return sorted(found)


@pytest.fixture(scope="module")
def organisation() -> Organisation:
    return healthy_on_premises(60)


def ended(
    organisation: Organisation,
    server: ExchangeServer,
    path: Path,
    mailboxes: int | None,
    command: str = "run",
) -> Call:
    organisation = replace(organisation, exchange_mailboxes={})
    with SimulatedTenant(organisation, exchange_servers={INTERNAL_HOST: server}) as tenant:
        text = configuration_of(tenant)
        if mailboxes is not None:
            head = "[environments.contoso.exchange_server]\n"
            assert head in text
            text = text.replace(head, f"{head}mailboxes = {mailboxes}\n")
        (path / "auditor.toml").write_text(text, "utf-8")
        report = ("--json",) if command == "doctor" else ("--report", "json")
        return call(command, "--config", path / "auditor.toml", *report)


def source(report: dict[str, Any]) -> dict[str, Any]:
    return next(each for each in report["sources"] if each["name"] == SOURCE)


def counts(report: dict[str, Any], rule: str) -> dict[str, int]:
    return next(each["counts"] for each in report["rules"] if each["id"] == rule)


def test_no_mailbox_is_opened_unless_the_configuration_says_so(
    organisation: Organisation, tmp_path: Path
) -> None:
    server = ExchangeServer(INTERNAL_BUILD)
    report = ended(organisation, server, tmp_path, None).report
    assert source(report)["status"] == "not-configured"
    assert "Set `mailboxes` to how many to open" in source(report)["remedy"]
    assert counts(report, NOT_THERE)["pass"] == 0
    assert report["complete"] is True


@pytest.mark.parametrize("build", ["8.3.83.6", "14.3.123.4", "15.0.847.32", INTERNAL_BUILD])
def test_all_mailboxes_are_opened_whatever_the_server(
    organisation: Organisation, tmp_path: Path, build: str
) -> None:
    everyone = addresses_of(organisation)
    boxes = dict.fromkeys(everyone[2:], (5, None)) | {everyone[1]: (5, 3)}
    server = ExchangeServer(build, mailboxes=boxes)
    report = ended(organisation, server, tmp_path, 5000).report
    assert (source(report)["status"], source(report)["records"]) == ("read", len(everyone))
    assert counts(report, NOT_THERE)["pass"] > 20
    assert counts(report, NOT_THERE)["undetermined"] == 0
    failing = [each for each in report["findings"] if each["rule"] in (NOT_THERE, WAITS)]
    shown = {(each["rule"], each["subject"]["address"].lower()) for each in failing}
    synchronizing = {(NOT_THERE, everyone[0]), (WAITS, everyone[1])}
    assert shown <= synchronizing
    for each in failing:
        assert SOURCE in {evidence["source"] for evidence in each["evidence"]}
    # One proof for each connection at most: four threads, and the reading of the build.
    assert 0 < len(server.proofs) <= 5
    assert set(server.proofs) == {"NTLM"}


def test_a_sample_is_bounded_and_the_rest_is_open_by_one_cause(
    organisation: Organisation, tmp_path: Path
) -> None:
    boxes = dict.fromkeys(addresses_of(organisation), (1, None))
    report = ended(
        organisation, ExchangeServer(INTERNAL_BUILD, mailboxes=boxes), tmp_path, 7
    ).report
    assert (source(report)["status"], source(report)["records"]) == ("read", 7)
    assert report["complete"] is True
    found = counts(report, NOT_THERE)
    assert 0 < found["pass"] <= 7
    assert found["undetermined"] > 10
    (open_ones,) = (each for each in report["findings"] if each["rule"] == NOT_THERE)
    assert open_ones["cause"]["source"] == SOURCE
    assert "`mailboxes`" in open_ones["remedy"]


def test_an_account_that_may_not_impersonate_is_told_once_with_what_grants_it(
    organisation: Organisation, tmp_path: Path
) -> None:
    server = ExchangeServer(INTERNAL_BUILD, impersonates=False)
    run = ended(organisation, server, tmp_path, 5000)
    found = source(run.report)
    assert (found["status"], run.code) == ("failed", 3)
    assert "ErrorImpersonateUserDenied" in found["reason"]
    assert "New-ManagementRoleAssignment" in found["remedy"]
    # Convinced after a few refusals: not every mailbox is asked for.
    assert server.requests < 40
    assert counts(run.report, NOT_THERE)["pass"] == counts(run.report, NOT_THERE)["fail"] == 0

    examined = ended(organisation, server, tmp_path, 5000, "doctor")
    assert examined.code == 3
    (environment,) = json.loads(examined.out)["environments"]
    (access,) = (each for each in environment["accesses"] if each["name"] == SOURCE)
    assert access["state"] == "missing"
    assert "New-ManagementRoleAssignment" in access["grant"]
    assert NOT_THERE in access["unlocks"]


def test_a_server_that_knows_none_of_them_proves_nothing(
    organisation: Organisation, tmp_path: Path
) -> None:
    run = ended(organisation, ExchangeServer(INTERNAL_BUILD), tmp_path, 10)
    assert source(run.report)["status"] == "partial"
    assert counts(run.report, NOT_THERE)["fail"] == 0


def test_no_subject_sender_or_item_is_asked_for(organisation: Organisation, tmp_path: Path) -> None:
    boxes = dict.fromkeys(addresses_of(organisation), (1, None))
    server = ExchangeServer(INTERNAL_BUILD, mailboxes=boxes)
    ended(organisation, server, tmp_path, 3)
    assert set(server.operations) <= {"ConvertId", "GetFolder", "FindFolder"}
