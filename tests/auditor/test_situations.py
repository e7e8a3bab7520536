"""Situations that administrators reported in public, each through the whole of an audit.

Every one stands for a kind. Only what differs from a healthy record is given.
"""

from typing import Any

import pytest

from auditor.judging.judge_all import Verdicts
from connectors.dynamics.tables.timezonedefinitions import TimeZoneRow
from connectors.dynamics.tables.tracelogs import AlertRow
from connectors.dynamics.tables.usersettings import UserSettingsRow
from connectors.exchange_online.accepted_domains import AcceptedDomainRow
from connectors.exchange_online.forwarding import ForwardingRow
from connectors.exchange_online.mailboxes import ExchangeMailboxRow
from connectors.exchange_online.organization import OrganizationConfigRow
from connectors.exchange_server.servers import BUILDS, HostRow
from connectors.graph.organization import OrganizationRow as TenantRow
from connectors.graph.users import UserRow as AccountRow
from connectors.mail_servers.rows import PROBE
from rules.alert_causes import AlertCause
from rules.email_systems import Protocol
from rules.option_sets import AuthenticationProtocol
from rules.verdict import Fail, NotApplicable, Pass, Undetermined, Verdict, outcome
from tests.auditor.recorded import Recorded, verdicts
from tests.auditor.rows import (
    JUST_NOW,
    TENANT,
    detail,
    mailbox,
    organization,
    profile,
    queue,
    tables,
    told,
    user,
)
from tests.connectors.mail_servers.test_refusals import SMTP_READY, seen

ADDRESS = "mailbox-1@contoso.example"
ACCEPTED = "exchange_online.accepted-domains"
ALERTS, DAYS_AGO = "dynamics.tracelogs", "2026-11-20T03:00:00Z"
CLOUD: dict[str, Any] = {
    "servertype": 0,
    "useautodiscover": True,
    "incomingserverlocation": None,
    "outgoingserverlocation": None,
    "incomingcredentialretrieval": 2,
    "outgoingcredentialretrieval": 2,
    "incominguseimpersonation": False,
    "outgoinguseimpersonation": False,
    "incomingauthenticationprotocol": 4,
    "isincomingpasswordset": False,
    "isoutgoingpasswordset": False,
    "usedefaulttenantid": True,
}


def alert(text: str, at: str = JUST_NOW, of: str = "mailbox-1") -> AlertRow:
    return AlertRow(tracelogid="alert-1", level=3, text=text, modifiedon=at, regarding=of)


def of_mailbox(outside: Recorded, rule_id: str, id: str = "mailbox-1") -> Verdict:
    found = verdicts(outside, {})
    (reader,) = (each for each in _readers() if each.source == "dynamics.mailboxes")
    for page in outside.open(reader, None):  # type: ignore[arg-type]
        numbers = found.facts.mailboxes.intern(page).numbers
        for row, number in zip(page.rows, numbers, strict=True):
            if row.mailboxid == id:
                return found.groups[found.moved.get(id, int(number))].verdicts[rule_id]
    raise AssertionError(f"no mailbox {id}")


def _readers() -> Any:
    from connectors.sources.catalogue import readers

    return readers()


def of_others(outside: Recorded, rule_id: str, found: Verdicts | None = None) -> list[Verdict]:
    found = found or verdicts(outside, {})
    return [each.verdict for each in found.others if each.rule.id == rule_id]


def on_the_wall(text: str, **changes: Any) -> Recorded:
    told_of = tables([mailbox(**changes.pop("mailbox", {}))], **changes)
    return told_of.but(ALERTS, told(ALERTS, alert(text)))


def in_the_cloud(*accounts: AccountRow, groups: list[ForwardingRow] | None = None) -> Recorded:
    """A mailbox with the built-in profile, beside what the tenant lists."""
    listed = ExchangeMailboxRow("x@contoso.example", ["SMTP:x@contoso.example"], "UserMailbox")
    found = tables([mailbox()], profiles=[profile(**CLOUD)])
    for source, rows in {
        "exchange_online.mailboxes": [listed],
        "exchange_online.accepted-domains": [AcceptedDomainRow("contoso.example", "Authoritative")],
        "graph.users": list(accounts),
        "graph.organization": [TenantRow(TENANT, [{"name": "contoso.example"}])],
        "exchange_online.forwarding": groups,
    }.items():
        if rows:
            found = found.but(source, told(source, *rows))
    return found


def account(**changes: Any) -> AccountRow:
    values = {
        "id": "account-1",
        "mail": ADDRESS,
        "proxyAddresses": [f"SMTP:{ADDRESS}"],
        "accountEnabled": True,
        "assignedPlans": [],
        "onPremisesSyncEnabled": None,
        "userType": "Member",
    }
    return AccountRow(**{**values, **changes})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "An error occurred while establishing a secure connection to the email server. Http "
            "server returned Forbidden exception.",
            "refuses Exchange Web Services",
        ),
        (
            "Socket returned exception InvalidIncomingEmailServerProfileConfiguration "
            "HostNotFound.",
            "does not exist",
        ),
        ("The location of the mailbox M could not be determined while receiving.", "find"),
        ("Mailboxes stand still: their email addresses haven't been approved.", "not approved"),
        ("The address is not approved and the mailbox has been disabled.", "not approved"),
        ("Sync error -2147218683", "no recipient"),
        ("Exchange.server returned 403 error.", "refuses Exchange Web Services"),
    ],
)
def test_01_a_published_alert_is_told_by_its_code(text: str, says: str) -> None:
    verdict = of_mailbox(on_the_wall(text), "mailbox-with-error-alert")
    assert isinstance(verdict, Fail)
    assert says in verdict.message


def test_02_an_application_of_its_own_in_the_same_tenant_passes() -> None:
    own = {**CLOUD, "incomingcredentialretrieval": 7, "oauthclientid": "c", "servertype": 0}
    same = {"usedefaulttenantid": False, "exchangeonlinetenantid": TENANT}
    found = verdicts(tables([mailbox()], profiles=[profile(**{**own, **same})]), {})
    (verdict,) = of_others(
        found=found, outside=tables(), rule_id="no-server-to-server-authentication"
    )
    assert isinstance(verdict, Pass)
    assert "community.dynamics.com" in verdict.message
    (router,) = of_others(tables(), "email-router-as-fallback", found)
    assert isinstance(router, NotApplicable)


@pytest.mark.parametrize(
    ("changes", "rule_id"),
    [
        ({}, "mailbox-with-error-alert"),
        ({"lastsuccessfulsynccompletedon": DAYS_AGO}, "synchronization-stale"),
        ({"incomingemailstatus": 2}, "incoming-email-failed"),
    ],
)
def test_03_nobody_with_exchange_online_is_sent_to_auto_discover(
    changes: dict[str, Any], rule_id: str
) -> None:
    text = "The mailbox location could not be determined while receiving the email message."
    outside = on_the_wall(text, mailbox=changes, profiles=[profile(**CLOUD)])
    verdict = of_mailbox(outside, rule_id)
    assert isinstance(verdict, Fail)
    assert verdict.remedy is not None
    assert "auto-discover" not in verdict.remedy
    assert "licensed" in verdict.remedy


def test_04_background_operations_that_are_off_are_one_finding() -> None:
    stale = [mailbox(f"m-{number}", lastsuccessfulsynccompletedon=DAYS_AGO) for number in range(8)]
    (verdict,) = of_others(
        tables(stale, profiles=[profile(**CLOUD)]), "asynchronous-service-stopped"
    )
    assert isinstance(verdict, Fail)
    assert verdict.remedy is not None
    assert "administration mode" in verdict.remedy
    assert "background operations" in verdict.remedy


def test_05_the_account_of_a_guest_is_told_as_one() -> None:
    outside = in_the_cloud(account(userType="Guest"))
    verdict = of_mailbox(outside, "mailbox-not-in-exchange-online")
    assert isinstance(verdict, Fail)
    assert "guest" in verdict.message
    assert verdict.remedy is not None
    assert "cross-tenant" in verdict.remedy


@pytest.mark.parametrize("kind", ["MailUniversalDistributionGroup", "GroupMailbox"])
def test_06_the_address_of_a_group_is_told_as_one(kind: str) -> None:
    nobody = account(mail="y@contoso.example", proxyAddresses=["SMTP:y@contoso.example"])
    group = ForwardingRow(
        PrimarySmtpAddress=ADDRESS, EmailAddresses=[f"SMTP:{ADDRESS}"], RecipientTypeDetails=kind
    )
    verdict = of_mailbox(in_the_cloud(nobody, groups=[group]), "mailbox-not-in-exchange-online")
    assert isinstance(verdict, Fail)
    assert "distribution list" in verdict.message
    unread = of_mailbox(in_the_cloud(nobody), "mailbox-not-in-exchange-online")
    assert "No account of the tenant" in unread.message


def test_07_a_licensed_user_is_sent_to_the_other_mailbox() -> None:
    text = "UnknownIncomingEmailIntegrationError -2147167669"
    verdict = of_mailbox(on_the_wall(text), "mailbox-with-error-alert")
    assert isinstance(verdict, Fail)
    assert verdict.remedy is not None
    assert verdict.remedy.startswith("The user has a licence.")


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("mail.linden-werke.example", "fail"),
        ("https://mail.linden-werke.example/owa", "fail"),
        ("https://mail.linden-werke.example/EWS/Exchange.asmx", "pass"),
    ],
)
def test_08_a_location_is_the_address_of_the_services(location: str, expected: str) -> None:
    places = {"incomingserverlocation": location, "outgoingserverlocation": location}
    (verdict,) = of_others(
        tables([mailbox()], profiles=[profile(**places)]), "exchange-location-incomplete"
    )
    assert outcome(verdict) == expected


@pytest.mark.parametrize(
    ("schemes", "wanted", "expected"),
    [
        ("ntlm, negotiate", AuthenticationProtocol.BASIC, "fail"),
        ("ntlm, negotiate", AuthenticationProtocol.NTLM, "pass"),
        ("ntlm, basic", AuthenticationProtocol.NTLM, "fail"),
    ],
)
def test_09_a_sign_in_that_the_server_does_not_offer_is_told(
    schemes: str, wanted: AuthenticationProtocol, expected: str
) -> None:
    """Or one beside which it must not offer another."""
    host = "mail.contoso.example"
    row = HostRow(
        id=f"{host}:443", host=host, port=443, host_found=True, connects=True, schemes=schemes
    )
    subject = profile(
        servertype=2,
        useautodiscover=False,
        incomingserverlocation=f"https://{host}/EWS/Exchange.asmx",
        incomingcredentialretrieval=1,
        incomingauthenticationprotocol=wanted.value,
    )
    outside = tables([mailbox()], profiles=[subject]).but(BUILDS, told(BUILDS, row))
    (verdict,) = of_others(outside, "sign-in-not-offered")
    assert outcome(verdict) == expected
    assert isinstance(of_others(outside.failed(BUILDS), "sign-in-not-offered")[0], Undetermined)


def test_10_a_user_name_that_is_no_principal_name_is_told_where_the_test_failed() -> None:
    failed = {"lasttestexecutionstatus": 0, "lastauthorizationstatus": 0}
    for name, expected in (("LINDEN\\svc-crm", "fail"), ("svc@linden-werke.example", "pass")):
        outside = tables([mailbox()], profiles=[profile(incomingusername=name, **failed)])
        (verdict,) = of_others(outside, "user-name-not-principal")
        assert outcome(verdict) == expected
        assert "svc" not in str(verdict)


def in_zone(code: int, name: str, **columns: Any) -> Recorded:
    """A user whose calendar synchronizes, with a time zone and its name."""
    found = tables([mailbox(actdeliverymethod=1, **columns)])
    for source, row in {
        "dynamics.timezonedefinitions": TimeZoneRow("zone-1", code, name),
        "dynamics.usersettings": UserSettingsRow("user-1", code),
    }.items():
        found = found.but(source, told(source, row))
    return found


def test_11_a_time_zone_that_exchange_may_refuse_is_noted() -> None:
    outside = in_zone(134, "Turkey Standard Time", itemsfailedforlastsync=3)
    verdict = of_mailbox(outside, "time-zone-refused-by-exchange")
    assert isinstance(verdict, Fail)
    assert "Turkey Standard Time" in verdict.message
    (shown,) = (each for each in verdict.evidence if each.source == "dynamics.usersettings")
    assert (shown.field, shown.value) == ("timezonecode", 134)


def test_11_settings_that_were_refused_leave_the_time_zone_open() -> None:
    outside = in_zone(134, "Turkey Standard Time").failed("dynamics.usersettings")
    verdict = of_mailbox(outside, "time-zone-refused-by-exchange")
    assert isinstance(verdict, Undetermined)
    assert verdict.remedy == "Grant it."


def test_12_the_switch_that_leaves_recipients_unresolved_is_told() -> None:
    on = organization(unresolveemailaddressifmultiplematch=True)
    shared = [
        mailbox(),
        mailbox("mailbox-q", emailaddress=ADDRESS, regarding="queue-1", owner="user-1"),
    ]
    outside = tables(shared, settings=on, queues=[queue(emailaddress=ADDRESS)])
    (verdict,) = of_others(outside, "shared-addresses-unresolved")
    assert isinstance(verdict, Fail)
    assert isinstance(of_mailbox(outside, "shared-address-matches-nobody"), Fail)
    off = tables(shared, queues=[queue(emailaddress=ADDRESS)])
    assert isinstance(of_mailbox(off, "shared-address-matches-nobody"), Pass)


def test_13_whoever_is_on_the_list_is_not_asked_to_go_on_it() -> None:
    config = OrganizationConfigRow(
        EwsEnabled=True,
        EwsAllowedAppIDs="00000007-0000-0000-c000-000000000000",
        EwsApplicationAccessPolicy=None,
    )
    source = "exchange_online.organization"
    hybrid = profile(**{**CLOUD, "servertype": 3})
    on_premises = detail(OrganizationVersion="9.1.28.5", TenantId=None)
    outside = tables([mailbox()], profiles=[hybrid], of=on_premises)
    outside = outside.but(ACCEPTED, told(ACCEPTED, AcceptedDomainRow("contoso.example")))
    (verdict,) = of_others(
        outside.but(source, told(source, config)), "exchange-online-ews-retirement"
    )
    assert isinstance(verdict, Fail)
    assert verdict.severity == "warning"
    assert verdict.remedy is not None
    assert "allow list" not in verdict.remedy
    (unknown,) = of_others(outside, "exchange-online-ews-retirement")
    assert isinstance(unknown, Fail)
    assert unknown.severity == "warning"
    assert "Where it is not" in unknown.message


def test_14_an_alert_that_a_success_followed_is_no_warning() -> None:
    text = "UnknownIncomingEmailIntegrationError -2147220970"
    passed = tables([mailbox()]).but(ALERTS, told(ALERTS, alert(text, at=DAYS_AGO)))
    assert isinstance(of_mailbox(passed, "mailbox-with-error-alert"), Pass)
    assert all(isinstance(each, Pass) for each in of_others(passed, "open-error-alerts"))
    sending = "UnknownOutgoingEmailIntegrationError -2147220970"
    stays = tables([mailbox()]).but(ALERTS, told(ALERTS, alert(sending, at=DAYS_AGO)))
    assert isinstance(of_mailbox(stays, "mailbox-with-error-alert"), Fail)
    later = tables([mailbox()]).but(ALERTS, told(ALERTS, alert(text, at="2026-11-23T02:55:00Z")))
    assert isinstance(of_mailbox(later, "mailbox-with-error-alert"), Fail)


@pytest.mark.parametrize(
    ("address", "note"),
    [("recent:linden.trainees@gmail.com", "pass"), ("linden.trainees@gmail.com", "fail")],
)
def test_15_recent_mode_is_no_other_address(address: str, note: str) -> None:
    gmail = profile(
        servertype=1,
        incomingserverlocation="pop.gmail.com",
        outgoingserverlocation="smtp.gmail.com",
        usesamesettingsforoutgoingconnections=False,
    )
    trainee = user(internalemailaddress="linden.trainees@gmail.com")
    outside = tables([mailbox(emailaddress=address)], profiles=[gmail], users=[trainee])
    assert isinstance(of_mailbox(outside, "address-differs-from-owner"), Pass)
    assert outcome(of_mailbox(outside, "gmail-recent-mode-off")) == note


def test_16_a_profile_that_only_sends_is_judged_by_what_it_sends_with() -> None:
    sends = profile(
        servertype=1,
        incomingserverlocation=None,
        incomingcredentialretrieval=4,
        outgoingserverlocation="smtp.office365.com",
        outgoingcredentialretrieval=1,
        usesamesettingsforoutgoingconnections=False,
    )
    only = mailbox(incomingemaildeliverymethod=0, actdeliverymethod=2)
    outside = tables([only], profiles=[sends])
    (verdict,) = of_others(outside, "integrated-credentials-online")
    assert isinstance(verdict, Pass)
    found = verdicts(outside, {})
    open_ones = {
        each.rule.id
        for each in found.others
        if outcome(each.verdict) == "undetermined"
        and "incoming" in " ".join(seen.field for seen in each.verdict.evidence)  # type: ignore[union-attr]
    }
    assert open_ones == set()


def test_the_mail_server_of_a_direction_that_nobody_uses_is_not_judged() -> None:
    sends = profile(
        servertype=1,
        incomingserverlocation="10.0.0.7",
        outgoingserverlocation="smtp.contoso.example",
        usesamesettingsforoutgoingconnections=False,
    )
    only = mailbox(incomingemaildeliverymethod=0, actdeliverymethod=2)
    found = {
        each.id: outcome(each.verdict)
        for each in verdicts(tables([only], profiles=[sends]), {}).others
        if each.rule.id == "host-not-found"
    }
    assert found == {
        "10.0.0.7:995": "not-applicable",
        "smtp.contoso.example:587": "undetermined",
    }


def test_dynamics_online_does_not_reach_an_address_of_an_internal_network() -> None:
    inside = profile(servertype=1, incomingserverlocation="10.0.0.7")
    found = of_others(tables([mailbox()], profiles=[inside]), "host-not-found")
    assert found
    assert all(isinstance(each, Fail) for each in found)
    on_premises = tables(
        [mailbox()], profiles=[inside], of=detail(OrganizationVersion="9.1.28.5", TenantId=None)
    )
    assert isinstance(of_others(on_premises, "host-not-found")[0], Undetermined)


@pytest.mark.parametrize("own", [{}, {"incomingcredentialretrieval": 7, "oauthclientid": "c"}])
def test_a_policy_on_client_names_is_never_silent(own: dict[str, Any]) -> None:
    """Of the built-in way and of an application of the company's own alike."""
    config = OrganizationConfigRow(
        EwsEnabled=True,
        EwsAllowedAppIDs="c",
        EwsApplicationAccessPolicy="EnforceAllowList",
        EwsAllowList=["Outlook/*"],
    )
    source = "exchange_online.organization"
    stale = mailbox(lastsuccessfulsynccompletedon=DAYS_AGO)
    outside = tables([stale], profiles=[profile(**{**CLOUD, **own})])
    outside = outside.but(ACCEPTED, told(ACCEPTED, AcceptedDomainRow("contoso.example")))
    (verdict,) = of_others(
        outside.but(source, told(source, config)), "client-policy-may-stop-dynamics"
    )
    assert isinstance(verdict, Undetermined)
    assert "EnforceAllowList" in verdict.message


@pytest.mark.parametrize(
    "rule_id",
    ["mailbox-not-approved-by-microsoft-365-administrator", "cross-tenant-approval-missing"],
)
def test_17_the_role_that_may_approve_is_named(rule_id: str) -> None:
    from rules.rule import catalogue

    (rule,) = (each for each in catalogue() if each.id == rule_id)
    assert "Delegated Mailbox Approver" in rule.remedy


@pytest.mark.parametrize(
    "cause", [AlertCause.NOT_APPROVED_BY_MICROSOFT_365, AlertCause.APPROVER_WITHOUT_ROLE]
)
def test_17_the_remedy_of_an_alert_names_that_role_too(cause: AlertCause) -> None:
    assert "Delegated Mailbox Approver" in cause.remedy


@pytest.mark.parametrize(
    ("greeting", "to_ehlo", "expected", "words"),
    [
        (SMTP_READY, b"250-mail.example\r\n250 SIZE 1000\r\n", "fail", "offers no TLS"),
        (b"554 5.7.1 client host blocked\r\n", b"503 no\r\n", "undetermined", "host blocked"),
        (b"421-4.7.0 Error\r\n421 later\r\n", b"421 bye\r\n", "undetermined", "421 later"),
        (SMTP_READY, b"421 4.7.0 too many\r\n", "undetermined", "421 4.7.0 too many"),
        (SMTP_READY, b"554 5.7.1 Access denied\r\n", "undetermined", "Access denied"),
    ],
)
def test_a_server_that_refuses_to_speak_is_not_one_without_tls(
    greeting: bytes, to_ehlo: bytes, expected: str, words: str
) -> None:
    row = seen(Protocol.SMTP, greeting, {b"EHLO": to_ehlo})
    sends = profile(
        servertype=1,
        incomingserverlocation="pop.gmail.com",
        outgoingserverlocation=row.host,
        outgoingportnumber=row.port,
        usesamesettingsforoutgoingconnections=False,
    )
    outside = tables([mailbox(actdeliverymethod=2)], profiles=[sends]).but(PROBE, told(PROBE, row))
    judged = {(each.rule.id, each.id): each.verdict for each in verdicts(outside, {}).others}
    offered = judged["tls-not-offered", row.id]
    assert outcome(offered) == expected
    assert words in offered.message  # type: ignore[union-attr]
    compliant = judged["mail-server-not-fips-compliant", "profile-1"]
    assert outcome(compliant) == expected
