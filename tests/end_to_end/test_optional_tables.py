"""Alerts, unsent email, folder tracking rules and steps: each read and refused on its own."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import UNSET, Struct, UnsetType

from auditor.demo.contoso import contoso
from auditor.demo.faults import Faults
from auditor.demo.rows import Row, numbered_id
from auditor.demo.server import SimulatedTenant
from auditor.demo.serving import configuration_of
from auditor.snapshots import Snapshot
from connectors.dynamics.tables.tracelogs import READER
from tests.auditor.snapshots.sources import EARLIER
from tests.end_to_end.conftest import Call, call

TABLES = {
    "tracelogs": ("prvReadTraceLog", "open-error-alerts mailbox-with-error-alert"),
    "emails": ("prvReadActivity", "email-pending-send email-sending-failed"),
    "activityparties": ("prvReadActivity", "unresolved-recipients-block-sending"),
    "mailboxtrackingfolders": ("prvReadMailboxTrackingFolder", "too-many-folder-tracking-rules"),
    "sdkmessageprocessingsteps": ("prvReadSdkMessageProcessingStep", ""),
    "usersettings": ("prvReadUserSettings", "time-zone-refused-by-exchange"),
}
ENTITY_SETS = {"usersettings": "usersettingscollection"}
"""Of tables whose entity set is not named like their source."""
TABLES_RULES = {rule for _, rules in TABLES.values() for rule in rules.split()}


class StoredAlert(Struct):
    """What a snapshot holds of an alert, as it lies there."""

    tracelogid: str
    text: str | None | UnsetType = UNSET
    traceparameterxml: str | None | UnsetType = UNSET


def audited(config: Path, *more: str) -> dict[str, Any]:
    return call("run", "--config", config, "--report", "json", *more).report


def source(report: dict[str, Any], table: str) -> dict[str, Any]:
    (found,) = (each for each in report["sources"] if each["name"] == f"dynamics.{table}")
    return dict(found)


def verdicts(report: dict[str, Any], rule: str) -> set[str]:
    (counts,) = (each["counts"] for each in report["rules"] if each["id"] == rule)
    return {name for name, count in counts.items() if count}


@pytest.mark.parametrize("table", TABLES)
def test_each_table_is_read_whole(contoso_run: Call, table: str) -> None:
    found = source(contoso_run.report, table)
    assert found["status"] == "read"
    assert found["records"] >= 1


@pytest.mark.parametrize("table", [each for each in TABLES if each != "activityparties"])
def test_a_refused_table_costs_its_own_rules_and_tells_the_privilege(
    dynamics_toml: Path, faulty: Faults, table: str
) -> None:
    faulty.denied_tables = {ENTITY_SETS.get(table, table)}
    report = audited(dynamics_toml)
    privilege, rules = TABLES[table]
    found = source(report, table)
    assert found["status"] == "failed"
    assert privilege in found["remedy"]
    assert report["complete"] is False
    assert source(report, "mailboxes")["status"] == "read"
    for rule in rules.split():
        assert not {"pass", "fail"} & verdicts(report, rule), rule
        assert "undetermined" in verdicts(report, rule), rule


@pytest.mark.parametrize("table", ["emails", "tracelogs"])
def test_rows_that_a_role_may_hide_leave_open_what_was_not_seen(
    dynamics_toml: Path, faulty: Faults, table: str
) -> None:
    faulty.depths = {table: "Basic"}
    report = audited(dynamics_toml)
    assert source(report, table)["status"] == "partial"
    for rule in TABLES[table][1].split():
        assert "pass" not in verdicts(report, rule), rule


def test_a_table_without_end_is_read_up_to_its_bound(tmp_path: Path) -> None:
    organisation = contoso(150)
    stuck = [
        Row(
            {
                "activityid": numbered_id(4202, number),
                "statuscode": 8,
                "directioncode": True,
                "createdon": "2026-01-01T00:00:00Z",
                "modifiedon": "2026-01-01T00:00:00Z",
            }
        )
        for number in range(20_001)
    ]
    organisation.tables["emails"] = stuck
    with SimulatedTenant(organisation) as tenant:
        config = tmp_path / "auditor.toml"
        config.write_text(configuration_of(tenant), "utf-8")
        report = audited(config)
    found = source(report, "emails")
    assert (found["status"], found["records"]) == ("partial", 20_000)
    assert verdicts(report, "email-sending-failed") == {"fail"}
    assert verdicts(report, "email-pending-send") == {"undetermined"}
    assert source(report, "activityparties")["status"] == "partial"


def test_no_word_of_an_alert_reaches_a_snapshot_or_report(
    contoso_toml: Path, tmp_path: Path
) -> None:
    path = tmp_path / "contoso.snapshot"
    live = call("run", "--config", contoso_toml, "--report", "json", "--snapshot", path)
    again = call("replay", path, "--report", "json")
    pages = list(Snapshot(path).open(msgspec.structs.replace(READER, row=StoredAlert), EARLIER))
    texts = [row.text for page in pages for row in page.rows]
    of_receiving = {"another-organization", "english", "unauthorized"}
    assert set(texts) == {"english", *(f"{each} (receiving)" for each in of_receiving)}
    details = [row.traceparameterxml for page in pages for row in page.rows]
    assert set(details) == {None, "sending-quota-reached", "host-not-found"}
    for report in (live, again):
        assert "401 Unauthorized" not in report.out
        assert "configured with another organization" not in report.out
        assert "ErrorSubmissionQuotaExceeded" not in report.out
    assert verdicts(again.report, "another-organization-synchronizes") >= {"fail"}
    of_live, of_again = (
        [each["message"] for each in report.report["findings"] if each["rule"] in TABLES_RULES]
        for report in (live, again)
    )
    assert of_live == of_again != []
