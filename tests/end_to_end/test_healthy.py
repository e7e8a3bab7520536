"""An organisation without a fault is left in peace, in a report of bounded size."""

from collections.abc import Callable
from typing import Any

import pytest

from auditor.demo.healthy import healthy_hybrid, healthy_on_premises, healthy_online
from auditor.demo.organisation import Organisation
from auditor.demo.server import SimulatedTenant
from auditor.demo.serving import configuration_of
from rules.edition import EDITIONS
from tests.end_to_end.conftest import call

MOST_FINDINGS = 300
OPEN_BY_NATURE = {
    ("unsupported-email-system", "profile"): "Exchange Server Subscription Edition",
    ("certificate-invalid", "email-system"): "met the server at an internal address",
}
"""What stays open of Exchange Server here: no edition names the newest, and this is loopback."""


@pytest.fixture(scope="module", params=[healthy_online, healthy_on_premises, healthy_hybrid])
def report(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    make: Callable[[], Organisation] = request.param
    folder = tmp_path_factory.mktemp("healthy")
    path, snapshot = folder / "auditor.toml", folder / "healthy.snapshot"
    with SimulatedTenant(make()) as tenant:
        path.write_text(configuration_of(tenant), "utf-8")
        run = call("run", "--config", path, "--report", "json", "--snapshot", snapshot)
    assert run.code == 0, run.err
    return {**run.report, "snapshot": snapshot}


def test_every_source_that_it_has_is_read(report: dict[str, Any]) -> None:
    unread = {each["name"] for each in report["sources"] if each["status"] != "read"}
    if report["environment"]["deployment"] == "on-premises":
        assert {each.partition(".")[0] for each in unread} <= {"graph", "exchange_online"}
    elif report["environment"]["name"] == "northwind":
        assert unread == set()
    else:
        assert {each.partition(".")[0] for each in unread} == {"exchange_server"}


def test_nothing_fails_but_what_time_brings(report: dict[str, Any]) -> None:
    assert _faults(report) <= {"dormant-mailboxes"}


@pytest.mark.parametrize("edition", EDITIONS)
def test_nothing_fails_under_another_edition(report: dict[str, Any], edition: str) -> None:
    replayed = call("replay", report["snapshot"], "--edition", edition, "--report", "json")
    assert replayed.code == 0, replayed.err
    assert replayed.report["environment"]["edition"] == edition
    assert _faults(replayed.report) <= {"dormant-mailboxes"}


def _faults(report: dict[str, Any]) -> set[str]:
    """The rules that fail, whatever their severity, but for those on dates."""
    failing = {each["rule"] for each in report["findings"] if each["verdict"] == "fail"}
    return failing - _lifecycle(report)


def _lifecycle(report: dict[str, Any]) -> set[str]:
    return {rule["id"] for rule in report["rules"] if rule["kind"] == "lifecycle"}


def test_nothing_is_open_but_what_was_not_read_or_declared(report: dict[str, Any]) -> None:
    read = {each["name"] for each in report["sources"] if each["status"] == "read"}
    for finding in report["findings"]:
        if finding["verdict"] == "undetermined":
            cause, kind = finding["cause"], finding["subject"]["kind"]
            if (finding["rule"], kind) in OPEN_BY_NATURE:
                assert OPEN_BY_NATURE[finding["rule"], kind] in finding["message"]
                continue
            assert cause is not None, (finding["rule"], finding["message"])
            if cause["code"].endswith(":not-in-sample"):
                # How many mailboxes are asked one by one is the configuration's choice.
                continue
            assert cause.get("declaration") or cause["source"] not in read, finding["rule"]


def test_every_mailbox_that_is_meant_to_synchronize_works(report: dict[str, Any]) -> None:
    standing = report["summary"]["standing"]
    assert 0 < standing["synchronizing"] == standing["working"]
    assert report["mailboxes"] == []


def test_report_stays_small_whatever_the_number_of_mailboxes(report: dict[str, Any]) -> None:
    assert report["summary"]["mailboxes"] >= 1000
    assert len(report["findings"]) <= MOST_FINDINGS
