"""A report's counts, order and fingerprints follow from its findings, whatever was read."""

import io
import json
from typing import Any

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from auditor.audit import audit
from auditor.demo.contoso import DECLARED, contoso
from auditor.demo.healthy import healthy_on_premises
from auditor.reports import json_report
from rules.rule import catalogue
from tests.auditor.arithmetic import faults
from tests.auditor.recorded import DETAIL, NOW, READ_AT, Recorded, Told, recorded, request

PROFILES, MAILBOXES = "dynamics.emailserverprofiles", "dynamics.mailboxes"


def report_of(outside: Recorded, *rules: str) -> dict[str, Any]:
    asked = tuple(rule for rule in catalogue() if not rules or rule.id in rules)
    out = io.BytesIO()
    json_report.write(audit(request(asked, DECLARED), outside, lambda: READ_AT), out)
    return dict(json.loads(out.getvalue()))


def changed(outside: Recorded, source: str, change: Any) -> Recorded:
    told = outside.told[source]
    return outside.but(source, Told([change(row) for row in told.rows], told.state))


@pytest.fixture(scope="module")
def outside() -> Recorded:
    return recorded(contoso(0, NOW))


SOURCES = sorted(name for name, told in recorded(contoso(0, NOW)).told.items() if told.rows)


def test_of_all_that_was_read(outside: Recorded) -> None:
    assert faults(report_of(outside)) == []


@pytest.mark.parametrize("source", SOURCES)
def test_where_a_table_failed_or_was_shown_in_part(outside: Recorded, source: str) -> None:
    assert faults(report_of(outside.failed(source))) == []
    assert faults(report_of(outside.partial(source))) == []


@pytest.mark.parametrize("source", SOURCES)
def test_where_a_column_was_not_answered(outside: Recorded, source: str) -> None:
    first, *columns = outside.told[source].rows[0].__struct_fields__
    # Each costs a whole audit; what a column leaves open is counted by the same code.
    for column in columns[::3]:
        unanswered = changed(
            outside, source, lambda row, name=column: replace(row, **{name: UNSET})
        )
        assert faults(report_of(unanswered)) == [], (first, column)


def test_where_mailboxes_share_an_address(outside: Recorded) -> None:
    """The first of a configuration too, of which the others take their example."""
    healthy = recorded(healthy_on_premises())
    rows = list(healthy.told[MAILBOXES].rows)
    users = [at for at, row in enumerate(rows) if row.emailaddress and row.enabledforincomingemail]
    users = users[:3]
    for at in users:
        rows[at] = replace(rows[at], emailaddress=rows[users[0]].emailaddress)
    sharing = healthy.but(MAILBOXES, Told(rows, healthy.told[MAILBOXES].state))
    report = report_of(sharing)
    assert faults(report) == []
    assert [f["rule"] for f in report["findings"]].count("duplicate-address") == len(users)


def test_where_what_is_open_shows_only_once_all_mailboxes_were_read(outside: Recorded) -> None:
    odd = changed(outside, DETAIL, lambda row: replace(row, OrganizationType="Unheard-of"))
    report = report_of(odd, "sandbox-shares-address-with-production")
    assert faults(report) == []
    assert report["summary"]["verdicts"]["undetermined"] > 0


def test_where_a_mailbox_alone_leaves_open_whether_its_address_is_shared(outside: Recorded) -> None:
    strange = changed(outside, MAILBOXES, lambda row: replace(row, incomingemaildeliverymethod=77))
    report = report_of(strange, "duplicate-address")
    assert faults(report) == []
    assert report["summary"]["verdicts"]["undetermined"] > 0


def test_what_a_profile_leaves_open_for_its_mailboxes_is_one_finding(outside: Recorded) -> None:
    odd = changed(outside, PROFILES, lambda row: replace(row, servertype=99))
    report = report_of(odd, "mailbox-on-wrong-profile")
    profiles = {row.profile for row in outside.told[MAILBOXES].rows}
    assert faults(report) == []
    assert report["summary"]["verdicts"]["undetermined"] > len(profiles)
    assert len(report["findings"]) <= len(profiles)
    for finding in report["findings"]:
        assert finding["cause"]["source"] == PROFILES
        assert finding["affected"]["kind"] == "mailbox"


def test_what_the_organisation_leaves_open_for_its_profiles_is_one_finding(
    outside: Recorded,
) -> None:
    odd = changed(outside, DETAIL, lambda row: replace(row, TenantId=UNSET))
    report = report_of(odd, "exchange-online-in-other-tenant")
    assert faults(report) == []
    assert all(finding["cause"] for finding in report["findings"])


@pytest.mark.parametrize("column", ["postponemailboxprocessinguntil", "processingstatecode"])
def test_what_a_server_did_not_answer_is_not_blamed_on_a_snapshot(
    outside: Recorded, column: str
) -> None:
    unanswered = changed(outside, MAILBOXES, lambda row: replace(row, **{column: UNSET}))
    report = report_of(unanswered, "processing-postponed", "mailbox-locked")
    (messages,) = {each["message"] for each in report["findings"] if column in each["message"]} or {
        ""
    }
    assert column in messages
    assert not any("snapshot" in each["message"] for each in report["findings"])


def test_of_many_mailboxes_of_which_dynamics_alone_tells() -> None:
    report = report_of(recorded(contoso(5000, NOW)))
    assert faults(report) == []
    assert report["summary"]["mailboxes"] == 5000
    assert len(report["findings"]) < 300
