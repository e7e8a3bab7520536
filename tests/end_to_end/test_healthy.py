"""An organisation without a fault is left in peace, in a report of bounded size."""

from collections.abc import Callable
from typing import Any

import pytest

from auditor.demo.healthy import healthy_hybrid, healthy_on_premises, healthy_online
from auditor.demo.organisation import Organisation
from auditor.demo.server import SimulatedTenant
from auditor.demo.serving import configuration_of
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
    path = tmp_path_factory.mktemp("healthy") / "auditor.toml"
    with SimulatedTenant(make()) as tenant:
        path.write_text(configuration_of(tenant), "utf-8")
        run = call("run", "--config", path, "--report", "json")
    assert run.code == 0, run.err
    return run.report


def test_every_source_that_it_has_is_read(report: dict[str, Any]) -> None:
    unread = {each["name"] for each in report["sources"] if each["status"] != "read"}
    if report["environment"]["deployment"] == "on-premises":
        assert {each.partition(".")[0] for each in unread} <= {"graph", "exchange_online"}
    elif report["environment"]["name"] == "northwind":
        assert unread == set()
    else:
        assert {each.partition(".")[0] for each in unread} == {"exchange_server"}


def test_nothing_fails_but_what_time_brings(report: dict[str, Any]) -> None:
    failing = {
        (each["rule"], each["subject"]["name"])
        for each in report["findings"]
        if each["verdict"] == "fail" and each["rule"] not in _lifecycle(report)
    }
    assert {rule for rule, _ in failing} <= {"dormant-mailboxes"}


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
            assert cause.get("declaration") or cause["source"] not in read, finding["rule"]


def test_report_stays_small_whatever_the_number_of_mailboxes(report: dict[str, Any]) -> None:
    assert report["summary"]["mailboxes"] >= 1000
    assert len(report["findings"]) <= MOST_FINDINGS
