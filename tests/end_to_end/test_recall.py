"""Every fault planted in the demo organisation is found where it was planted."""

import pytest

from auditor.demo.contoso import BEYOND_THE_WEB_API
from auditor.demo.server import SimulatedTenant
from rules.rule import catalogue
from tests.end_to_end.conftest import Call


def test_every_planted_fault_is_found(contoso_run: Call, contoso_tenant: SimulatedTenant) -> None:
    findings = contoso_run.report["findings"]
    found = {
        (each["rule"], each["subject"]["name"]) for each in findings if each["verdict"] == "fail"
    }
    not_read = {
        each["rule"]
        for each in findings
        if each["verdict"] == "undetermined"
        and "release of the auditor does not" in each["message"]
    }
    planted = {
        (rule, subject)
        for rule, subjects in contoso_tenant.state.organisation.planted.items()
        if rule not in BEYOND_THE_WEB_API | not_read
        for subject in subjects
    }
    assert len(planted) > 80
    assert sorted(planted - found) == []


@pytest.mark.parametrize("rule", sorted(BEYOND_THE_WEB_API))
def test_what_the_web_api_does_not_tell_is_a_rule(rule: str) -> None:
    assert rule in {each.id for each in catalogue()}


DECIDED_BY = [
    ("retired-exchange-version", "Exchange Server 2010", "exchange_server.builds"),
    ("exchange-2013-without-service-pack-1", "Exchange Server 2013", "exchange_server.builds"),
    ("exchange-server-end-of-support", "Exchange Server 2016", "exchange_server.builds"),
    ("untested-mail-provider", "Harbour hosting", "mail_servers.probe"),
    ("mail-server-not-fips-compliant", "Old Mill hosting", "mail_servers.probe"),
    ("mail-server-not-fips-compliant", "Harbour hosting", "mail_servers.probe"),
    ("unsupported-protocol", "Exchange Online (over IMAP)", "dns.mail-domains"),
    ("mailbox-on-wrong-profile", "", "exchange_online.mailboxes"),
    ("mailbox-on-wrong-profile", "", "graph.users"),
    ("exchange-online-behind-other-profile", "", "exchange_online.mailboxes"),
    ("mailbox-points-to-external-server", "", "exchange_online.forwarding"),
]


@pytest.mark.parametrize(("rule", "subject", "source"), DECIDED_BY)
def test_a_support_rule_shows_the_source_that_decided_it(
    contoso_run: Call, rule: str, subject: str, source: str
) -> None:
    sources = {
        evidence["source"]
        for each in contoso_run.report["findings"]
        if (each["rule"], each["verdict"]) == (rule, "fail")
        and subject in ("", each["subject"]["name"])
        for evidence in each["evidence"]
    }
    assert source in sources
