"""Organisations that are set up as the documents advise, each in a way of its own, stay silent."""

from typing import Any

import pytest

from auditor.audit import audit
from auditor.demo.healthy import healthy_hybrid, healthy_on_premises, healthy_online
from auditor.model import Audit
from connectors.dynamics.tables.mailboxes import MailboxRow
from connectors.exchange_online.accepted_domains import AcceptedDomainRow
from connectors.exchange_online.forwarding import ForwardingRow
from connectors.exchange_online.mailboxes import ExchangeMailboxRow
from connectors.exchange_online.organization import OrganizationConfigRow
from connectors.graph.application_permissions import ApplicationPermissionRow
from connectors.graph.organization import OrganizationRow as TenantRow
from connectors.graph.plans import MAILBOX_PLANS, Plan
from connectors.graph.users import UserRow as AccountRow
from connectors.normalisation.profile.own_applications import NEEDED
from rules.rule import catalogue
from rules.verdict import Fail
from tests.auditor.recorded import NOW, READ_AT, Recorded, recorded, request, verdicts
from tests.auditor.rows import (
    CLIENT,
    CLOUD,
    GMAIL,
    NO_ACCOUNT,
    TENANT,
    mailbox,
    organization,
    profile,
    queue,
    tables,
    told,
    user,
)

OTHER = "22222222-2222-2222-2222-222222222222"
ADDRESS = "mailbox-1@contoso.example"
SETTINGS = organization(maxuploadfilesize=134217728)
BY_APPLICATION = {**CLOUD, "incomingcredentialretrieval": 7, "outgoingcredentialretrieval": 7}
BY_APPLICATION["oauthclientid"] = CLIENT
SENDS: dict[str, Any] = {
    **GMAIL,
    "incomingserverlocation": None,
    "incomingportnumber": None,
    "incomingcredentialretrieval": 4,
}


def account(address: str, **changes: Any) -> AccountRow:
    values = {
        "id": address,
        "mail": address,
        "proxyAddresses": [f"SMTP:{address}"],
        "accountEnabled": True,
        "assignedPlans": [
            Plan(
                servicePlanId=sorted(MAILBOX_PLANS)[0],
                capabilityStatus="Enabled",
                service="exchange",
            )
        ],
        "userType": "Member",
    }
    return AccountRow(**{**values, **changes})


def listed(address: str, kind: str = "UserMailbox") -> ExchangeMailboxRow:
    return ExchangeMailboxRow(address, [f"SMTP:{address}"], kind)


def recipient(address: str, kind: str = "UserMailbox") -> ForwardingRow:
    return ForwardingRow(
        PrimarySmtpAddress=address,
        EmailAddresses=[f"SMTP:{address}"],
        RecipientTypeDetails=kind,
        ForwardingSmtpAddress=None,
        ForwardingAddress=None,
        DeliverToMailboxAndForward=False,
    )


def with_tenant(found: Recorded, tenant: str, *permissions: str) -> Recorded:
    """The mail tenant as it was read: who may use Exchange Web Services, and what may be done."""
    config = OrganizationConfigRow(
        EwsEnabled=True, EwsAllowedAppIDs=CLIENT, EwsApplicationAccessPolicy=None, EwsAllowList=None
    )
    given = [ApplicationPermissionRow(CLIENT, "principal", each, True) for each in permissions]
    for source, rows in {
        "graph.organization": [TenantRow(tenant, [{"name": "contoso.example"}])],
        "exchange_online.accepted-domains": [AcceptedDomainRow("contoso.example", "Authoritative")],
        "exchange_online.organization": [config],
        "graph.application-permissions": given,
    }.items():
        if rows:
            found = found.but(source, told(source, *rows))
    return found


def of(changes: dict[str, Any], *mailboxes: MailboxRow, **more: Any) -> Recorded:
    own = [*(mailboxes or (mailbox(),))]
    return tables(own, profiles=[profile(**changes)], settings=SETTINGS, **more)


def with_guests_groups_and_shared_mailboxes() -> Recorded:
    shared = mailbox(
        "mailbox-q",
        emailaddress="queue@contoso.example",
        regarding="queue-1",
        actdeliverymethod=2,
        enabledforact=False,
        actstatus=0,
    )
    found = with_tenant(of(CLOUD, mailbox(), shared, queues=[queue()]), TENANT)
    for source, rows in {
        "graph.users": [
            account(ADDRESS),
            account("queue@contoso.example", accountEnabled=False, assignedPlans=[]),
            account("guest@away.example", userType="Guest", assignedPlans=[]),
        ],
        "exchange_online.mailboxes": [
            listed(ADDRESS),
            listed("queue@contoso.example", "SharedMailbox"),
        ],
        "exchange_online.forwarding": [
            recipient(ADDRESS),
            recipient("queue@contoso.example", "SharedMailbox"),
            recipient("all@contoso.example", "MailUniversalDistributionGroup"),
        ],
    }.items():
        found = found.but(source, told(source, *rows))
    return found


ORGANISATIONS: dict[str, Recorded] = {
    "cross-tenant by OAuth, with list and permissions": with_tenant(
        of({**BY_APPLICATION, "usedefaulttenantid": False, "exchangeonlinetenantid": OTHER}),
        OTHER,
        *NEEDED,
    ),
    "an application of the company's own in the same tenant": with_tenant(
        of(BY_APPLICATION), TENANT, *NEEDED
    ),
    "hybrid modern authentication": of(
        {"incomingcredentialretrieval": 6, "outgoingcredentialretrieval": 6, **NO_ACCOUNT}
    ),
    "Gmail by OAuth and POP3": of(
        GMAIL,
        mailbox(
            emailaddress="recent:a@gmail.com",
            actdeliverymethod=2,
            actstatus=0,
            enabledforact=False,
            isoauthrefreshtokenset=True,
        ),
        users=[user(internalemailaddress="a@gmail.com")],
    ),
    "guests, groups and shared mailboxes": with_guests_groups_and_shared_mailboxes(),
    "a profile that only sends": of(
        SENDS,
        mailbox(
            incomingemaildeliverymethod=0,
            actdeliverymethod=2,
            incomingemailstatus=0,
            actstatus=0,
            enabledforincomingemail=False,
            enabledforact=False,
            isoauthrefreshtokenset=True,
            lastsuccessfulsynccompletedon=None,
        ),
        users=[user(incomingemaildeliverymethod=0)],
    ),
}


@pytest.mark.parametrize("outside", ORGANISATIONS.values(), ids=ORGANISATIONS)
def test_nothing_fails(outside: Recorded) -> None:
    vouched = ["pop.gmail.com", "smtp.gmail.com"]
    found = verdicts(outside, {"fips_compliant_mail_servers": vouched})
    failed = {
        (rule_id, verdict.message)
        for group in found.groups
        if group.count
        for rule_id, verdict in group.verdicts.items()
        if isinstance(verdict, Fail)
    }
    failed |= {
        (each.rule.id, each.verdict.message)
        for each in found.others
        if isinstance(each.verdict, Fail)
    }
    assert failed == set()


@pytest.mark.parametrize(
    ("name", "rule_ids"),
    [
        (
            name,
            (
                "exchange-online-ews-retirement-of-applications",
                "application-graph-permissions-missing",
            ),
        )
        for name in list(ORGANISATIONS)[:2]
    ],
)
def test_what_was_read_of_the_application_passes(name: str, rule_ids: tuple[str, ...]) -> None:
    found = verdicts(ORGANISATIONS[name], {})
    passed = {each.rule.id for each in found.others if type(each.verdict).__name__ == "Pass"}
    assert set(rule_ids) <= passed


VOUCHED = {"fips_compliant_mail_servers": ("pop.gmail.com", "smtp.gmail.com")}
OF_THE_DEMO = {
    make.__name__: recorded(make(40, NOW))
    for make in (healthy_online, healthy_on_premises, healthy_hybrid)
}


def audited(outside: Recorded) -> Audit:
    return audit(request(catalogue(), VOUCHED), outside, lambda: READ_AT)


EVERY = {**ORGANISATIONS, **OF_THE_DEMO}


@pytest.mark.parametrize("outside", EVERY.values(), ids=EVERY)
def test_every_mailbox_that_is_meant_to_synchronize_works(outside: Recorded) -> None:
    found = audited(outside)
    assert found.summary.standing.synchronizing > 0
    assert found.summary.standing.working == found.summary.standing.synchronizing
    assert list(found.mailboxes()) == []


@pytest.mark.parametrize("outside", EVERY.values(), ids=EVERY)
def test_no_row_is_held_of_a_mailbox_that_works(outside: Recorded) -> None:
    assert len(verdicts(outside, VOUCHED).kept) == 0


@pytest.mark.parametrize("outside", EVERY.values(), ids=EVERY)
def test_a_source_that_failed_breaks_none_and_is_named_where_it_leaves_some_unknown(
    outside: Recorded,
) -> None:
    for source in (each for each, its in outside.told.items() if its.rows):
        found = audited(outside.failed(source))
        standing = found.summary.standing
        assert (standing.broken, standing.unsupported) == (0, 0), source
        if standing.unknown:
            named = {each.cause.source for each in found.undetermined}
            assert source in named, source
