"""Profiles of which one direction leads to Exchange Online and the other to an Exchange Server.

Each situation goes through the whole of an audit. Only what a direction itself breaks is told.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest

from auditor.judging.judge_all import Verdicts
from connectors.exchange_online.accepted_domains import AcceptedDomainRow
from connectors.exchange_online.mailboxes import ExchangeMailboxRow
from connectors.graph.organization import OrganizationRow as TenantRow
from connectors.graph.service_principals import DYNAMICS_APP_ID, ServicePrincipalRow
from rules.verdict import Fail, Undetermined, Verdict
from tests.auditor import rows
from tests.auditor.one_fault_each import exchange_online
from tests.auditor.recorded import Recorded, verdicts
from tests.auditor.rows import CLIENT, CLOUD, EXCHANGE

ONLINE = "https://outlook.office365.com/EWS/Exchange.asmx"
SERVER = EXCHANGE
ELSEWHERE = "22222222-2222-2222-2222-222222222222"
ON_PREMISES = {"OrganizationVersion": "9.1.28.5", "TenantId": None}
ACROSS = {"usedefaulttenantid": False, "exchangeonlinetenantid": ELSEWHERE}
LISTED = "mailbox-1@contoso.example"

ACCOUNT, ITSELF, MODERN, APPLICATION = 1, 2, 6, 7
"""How a direction signs in: by a stored account, as Dynamics, by certificate, as an application."""


def side(name: str, location: str | None, way: int, **changes: Any) -> dict[str, Any]:
    columns = {
        "serverlocation": location,
        "credentialretrieval": way,
        "useimpersonation": False,
        "authenticationprotocol": 2,
        "username": "svc@contoso.example" if way == ACCOUNT else None,
        **changes,
    }
    found = {f"{name}{column}": value for column, value in columns.items()}
    return {**found, f"is{name}passwordset": way == ACCOUNT}


def profile(incoming: dict[str, Any], outgoing: dict[str, Any], **changes: Any) -> Any:
    """Auto-discover is off, as the servers are named."""
    own = {"usesamesettingsforoutgoingconnections": False, "useautodiscover": False}
    named = {"oauthclientid": CLIENT}
    return rows.profile(**{**CLOUD, **own, **named, **incoming, **outgoing, **changes})


def read(name: str = ONLINE, way: int = ITSELF, **changes: Any) -> dict[str, Any]:
    return side("incoming", name, way, **changes)


def sent(name: str | None = SERVER, way: int = ACCOUNT, **changes: Any) -> dict[str, Any]:
    return side("outgoing", name, way, **changes)


IMPERSONATING = {"useimpersonation": True}
SOURCES: Mapping[str, Any] = {
    "exchange_online.accepted-domains": AcceptedDomainRow("contoso.example", "Authoritative"),
    "graph.organization": TenantRow(rows.TENANT, [{"name": "contoso.example"}]),
    "exchange_online.mailboxes": ExchangeMailboxRow(LISTED, [f"SMTP:{LISTED}"], "UserMailbox"),
    "graph.service-principals": ServicePrincipalRow("sp-1", DYNAMICS_APP_ID, "Dynamics", False),
    **exchange_online(EwsEnabled=False),
}


def found(of_profile: Any, detail: Mapping[str, Any] | None = None, **mailbox: Any) -> Verdicts:
    """Dynamics is locked out of the tenant, and Exchange Web Services are switched off there."""
    outside: Recorded = rows.tables(
        [rows.mailbox(**mailbox)], profiles=[of_profile], of=rows.detail(**(detail or {}))
    )
    for source, row in SOURCES.items():
        outside = outside.but(source, rows.told(source, row))
    return verdicts(outside, {})


def judged(told: Verdicts) -> dict[str, Verdict]:
    """By rule, of the profile, the mailbox and what is there once."""
    of_others = {
        each.rule.id: each.verdict for each in told.others if each.rule.subject != "email-system"
    }
    (group,) = (each for each in told.groups if each.count)
    return {**of_others, **group.verdicts}


def words(verdict: Verdict) -> str:
    if isinstance(verdict, Fail):
        return " ".join(("fail", *(verdict.directions or ())))
    return "undetermined" if isinstance(verdict, Undetermined) else "fine"


READS_ONLINE, SENDS_ONLINE = "fail incoming", "fail outgoing"

SITUATIONS: dict[str, tuple[Any, dict[str, str]]] = {
    "reads online as Dynamics, sends by a server": (
        profile(read(), sent(**IMPERSONATING)),
        {
            "auto-discover-off": READS_ONLINE,
            "credentials-in-profile": "fine",
            "impersonation-with-exchange-online": "fine",
            "exchange-online-impersonation-retired": "fine",
            "no-server-to-server-authentication": "fine",
            "exchange-online-in-other-tenant": "fine",
            "basic-authentication-to-exchange-online": "fine",
            "dynamics-service-principal-disabled": "fail",
            "ews-disabled-in-tenant": "fine",
            "mailbox-on-wrong-profile": "fail",
            "exchange-online-behind-other-profile": "fail",
        },
    ),
    "reads from a server, sends online as Dynamics": (
        profile(read(SERVER, ACCOUNT, **IMPERSONATING), sent(ONLINE, ITSELF)),
        {
            "auto-discover-off": SENDS_ONLINE,
            "impersonation-with-exchange-online": "fine",
            "exchange-online-impersonation-retired": "fine",
            "no-server-to-server-authentication": "fine",
            "basic-authentication-to-exchange-online": "fine",
            "dynamics-service-principal-disabled": "fail",
            "impersonation-off-with-one-account": "fine",
        },
    ),
    "reads online by an account, sends by a server": (
        profile(read(ONLINE, ACCOUNT, **IMPERSONATING), sent()),
        {
            "credentials-in-profile": READS_ONLINE,
            "impersonation-with-exchange-online": READS_ONLINE,
            "exchange-online-impersonation-retired": READS_ONLINE,
            "no-server-to-server-authentication": READS_ONLINE,
            "basic-authentication-to-exchange-online": READS_ONLINE,
            "ews-disabled-in-tenant": "fail",
            "dynamics-service-principal-disabled": "fine",
            # Exchange Online has no impersonation, so none is missing there.
            "impersonation-off-with-one-account": "fine",
        },
    ),
    "reads from a server, sends online by an account": (
        profile(read(SERVER, ACCOUNT), sent(ONLINE, ACCOUNT, **IMPERSONATING)),
        {
            "credentials-in-profile": SENDS_ONLINE,
            "impersonation-with-exchange-online": SENDS_ONLINE,
            "exchange-online-impersonation-retired": SENDS_ONLINE,
            "no-server-to-server-authentication": SENDS_ONLINE,
            "basic-authentication-to-exchange-online": SENDS_ONLINE,
            "ews-disabled-in-tenant": "fail",
        },
    ),
    "reads another tenant as an application, sends by a server": (
        profile(read(ONLINE, APPLICATION), sent(), **ACROSS),
        {
            "exchange-online-in-other-tenant": "fine",
            "no-server-to-server-authentication": "fine",
            "application-disabled-in-tenant": "undetermined",
            "exchange-online-ews-retirement-of-applications": "undetermined",
            "mailbox-on-wrong-profile": "undetermined",
        },
    ),
    "reads another tenant as Dynamics, sends by a server": (
        profile(read(), sent(), **ACROSS),
        {
            "exchange-online-in-other-tenant": READS_ONLINE,
            "no-server-to-server-authentication": "fine",
        },
    ),
    "reads from a server, sends in another tenant by an account": (
        profile(read(SERVER, ACCOUNT), sent(ONLINE, ACCOUNT), **ACROSS),
        {"exchange-online-in-other-tenant": SENDS_ONLINE},
    ),
    "reads another tenant, sends in it as Dynamics": (
        profile(read(ONLINE, APPLICATION), sent(ONLINE, ITSELF), **ACROSS),
        {"exchange-online-in-other-tenant": SENDS_ONLINE},
    ),
    "reads online, in a tenant that the profile does not tell": (
        profile(read(), sent(), usedefaulttenantid=None),
        {
            "exchange-online-in-other-tenant": "undetermined",
            "no-server-to-server-authentication": "undetermined",
        },
    ),
    "reads from a server, and names none to send by": (
        profile(read(SERVER, ACCOUNT), sent(None, ACCOUNT)),
        {
            "auto-discover-off": "undetermined",
            "credentials-in-profile": "undetermined",
            "no-server-to-server-authentication": "undetermined",
        },
    ),
    "reads online, and names no server to send by": (
        profile(read(), sent(None, ACCOUNT)),
        {"credentials-in-profile": SENDS_ONLINE, "auto-discover-off": "fail incoming outgoing"},
    ),
    "a hybrid of Exchange Server that names Exchange Online": (
        profile(read(ONLINE, ACCOUNT), sent(ONLINE, ACCOUNT), servertype=2),
        {
            "auto-discover-off": "fail incoming outgoing",
            "credentials-in-profile": "fail incoming outgoing",
            "no-server-to-server-authentication": "fail incoming outgoing",
            "exchange-online-in-other-tenant": "fine",
        },
    ),
    "a hybrid of Exchange Server by hybrid modern authentication": (
        profile(read(SERVER, MODERN), sent(SERVER, MODERN), servertype=2),
        {
            "auto-discover-off": "fine",
            "exchange-online-in-other-tenant": "fine",
            "basic-authentication-to-exchange-online": "fine",
            "multi-factor-authentication": "fine",
            "credentials-missing": "fine",
        },
    ),
    "reads from a server by certificate, sends online by an account": (
        profile(read(SERVER, MODERN), sent(ONLINE, ACCOUNT), servertype=2),
        {
            # The page rules a second factor out where Dynamics 365 (online) meets a server.
            "multi-factor-authentication": "fine",
            "credentials-in-profile": SENDS_ONLINE,
        },
    ),
    "an application without a secret": (
        profile(read(ONLINE, APPLICATION), sent(), isoauthclientsecretset=False),
        {"credentials-missing": "fail"},
    ),
    "an application whose secret is in a key vault": (
        profile(
            read(ONLINE, APPLICATION), sent(), isoauthclientsecretset=False, key_vault="vault-1"
        ),
        {"credentials-missing": "fine"},
    ),
}


@cache
def ended(name: str) -> dict[str, str]:
    told = judged(found(SITUATIONS[name][0]))
    return {rule: words(verdict) for rule, verdict in told.items()}


@pytest.mark.parametrize("name", SITUATIONS)
def test_each_direction_is_judged_by_where_it_leads(name: str) -> None:
    expected = SITUATIONS[name][1]
    assert {rule: ended(name)[rule] for rule in expected} == expected


ON_PREMISES_SITUATIONS = {
    "reads online": (profile(read(ONLINE, ACCOUNT), sent()), READS_ONLINE),
    "sends online": (profile(read(SERVER, ACCOUNT), sent(ONLINE, ACCOUNT)), SENDS_ONLINE),
    "neither": (profile(read(SERVER, ACCOUNT), sent()), "fine"),
}


@pytest.mark.parametrize("name", ON_PREMISES_SITUATIONS)
def test_on_premises_it_is_the_same(name: str) -> None:
    of_profile, expected = ON_PREMISES_SITUATIONS[name]
    told = {rule: words(each) for rule, each in judged(found(of_profile, ON_PREMISES)).items()}
    assert told["exchange-online-ews-retirement"] == expected
    assert told["basic-authentication-to-exchange-online"] == expected
    assert told["on-premises-with-exchange-online-end-of-support"] == expected
    crosses = expected != "fine"
    # By a person's account, of which nothing tells whether a second factor is demanded.
    assert (told["multi-factor-authentication"] == "undetermined") is crosses
    assert (told["ews-disabled-in-tenant"] == "fail") is crosses
    assert told["auto-discover-off"] == "fine"


RECEIVES = {"outgoingemaildeliverymethod": 0, "outgoingemailstatus": 0}
SENDS = {"incomingemaildeliverymethod": 0, "actdeliverymethod": 2}


@pytest.mark.parametrize(
    ("used", "expected"), [(RECEIVES, "fine"), (SENDS, SENDS_ONLINE), ({}, SENDS_ONLINE)]
)
def test_a_direction_that_no_mailbox_uses_decides_nothing(used: Any, expected: str) -> None:
    told = judged(found(profile(read(SERVER, ACCOUNT), sent(ONLINE, ACCOUNT)), **used))
    for rule in ("auto-discover-off", "credentials-in-profile"):
        assert words(told[rule]) == expected


UNNAMED = sent(None, ACCOUNT, **IMPERSONATING)
NONE_TO_SEND_BY = {
    "reads from a server": (profile(read(SERVER, ACCOUNT), UNNAMED), "undetermined"),
    "reads online": (profile(read(ONLINE, ACCOUNT), UNNAMED), SENDS_ONLINE),
}


@pytest.mark.parametrize("name", NONE_TO_SEND_BY)
def test_on_premises_a_direction_without_a_server_is_told_by_the_one_beside_it(name: str) -> None:
    of_profile, expected = NONE_TO_SEND_BY[name]
    verdict = judged(found(of_profile, ON_PREMISES))["exchange-online-impersonation-retired"]
    assert words(verdict) == expected
    assert "names no server" not in verdict.message


def test_a_version_that_knows_one_tenant_is_shown_by_a_success_that_no_policy_keeps_it_out() -> (
    None
):
    of_profile = profile(read(), sent(ONLINE, ITSELF))
    told = rows.tables([rows.mailbox()], profiles=[of_profile], of=rows.detail(**ON_PREMISES))
    profiles = "dynamics.emailserverprofiles"
    outside = told.without(profiles, "usedefaulttenantid").without(
        profiles, "exchangeonlinetenantid"
    )
    assert words(judged(verdicts(outside, {}))["client-policy-may-stop-dynamics"]) == "fine"
