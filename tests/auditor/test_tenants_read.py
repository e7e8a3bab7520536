"""What was read of another tenant decides nothing: it is as if it had not been read.

Microsoft Graph and Exchange Online sign in to a tenant of their own. Where that is not the one in
which the organisation's mailboxes live, it knows a guest at most, and lacks what the right one has.
"""

from typing import Any

import pytest

from connectors.dns.rows import TenantRow as DomainTenant
from connectors.exchange_online.accepted_domains import AcceptedDomainRow
from connectors.exchange_online.forwarding import ForwardingRow
from connectors.exchange_online.mailboxes import ExchangeMailboxRow
from connectors.exchange_online.organization import OrganizationConfigRow
from connectors.graph.mailbox_settings import MailboxSettingsRow
from connectors.graph.organization import OrganizationRow as TenantRow
from connectors.graph.service_principals import DYNAMICS_APP_ID, ServicePrincipalRow
from connectors.graph.users import UserRow
from connectors.sources.catalogue import readers
from connectors.sources.source import SourceState, not_configured
from tests.auditor.random_organisations import made
from tests.auditor.recorded import Outcomes, Recorded, Told, by_rule, outcomes, verdicts
from tests.auditor.rows import CLOUD, TENANT, mailbox, organization, profile, tables, told

OTHER = "22222222-2222-2222-2222-222222222222"
ADDRESS = "mailbox-1@contoso.example"
SECTIONS = ("graph", "exchange_online", "exchange_online.cmdlets")
GUEST = UserRow(
    id="guest",
    mail=ADDRESS,
    proxyAddresses=[f"SMTP:{ADDRESS}"],
    accountEnabled=False,
    assignedPlans=[],
    onPremisesSyncEnabled=None,
    userType="Guest",
)
NAMESAKE = ForwardingRow(
    PrimarySmtpAddress=ADDRESS,
    EmailAddresses=[f"SMTP:{ADDRESS}"],
    RecipientTypeDetails="GuestMailUser",
    ForwardingSmtpAddress=None,
    ForwardingAddress=None,
    DeliverToMailboxAndForward=False,
    ExternalEmailAddress=f"SMTP:{ADDRESS}",
)
SOMEBODY = ExchangeMailboxRow("x@away.example", ["SMTP:x@away.example"], "UserMailbox")


def of_a_tenant(found: Recorded, tenant: str, domain: str, *accounts: UserRow) -> Recorded:
    """Microsoft 365 as it was read of a tenant with this domain, which knows a guest at most."""
    config = OrganizationConfigRow(
        EwsEnabled=False, EwsAllowedAppIDs=None, EwsApplicationAccessPolicy=None, EwsAllowList=None
    )
    principal = ServicePrincipalRow("1", DYNAMICS_APP_ID, accountEnabled=False)
    rows: dict[str, list[Any]] = {
        "graph.organization": [TenantRow(tenant, [{"name": domain}])],
        "graph.users": list(accounts),
        "graph.mailbox-settings": [
            MailboxSettingsRow(ADDRESS, 404, "MailboxNotEnabledForRESTAPI") for _ in accounts
        ],
        "graph.service-principals": [principal],
        "exchange_online.mailboxes": [SOMEBODY],
        "exchange_online.accepted-domains": [AcceptedDomainRow(domain, "Authoritative")],
        "exchange_online.organization": [config],
        "exchange_online.forwarding": [NAMESAKE for _ in accounts],
    }
    for source, each in rows.items():
        found = found.but(source, Told(each, SourceState(source, "read", len(each))))
    return found


def judged(found: Recorded) -> Outcomes:
    return outcomes(verdicts(found, {}), found)


def sound(**changes: Any) -> Recorded:
    settings = organization(maxuploadfilesize=134217728)
    return tables([mailbox()], profiles=[profile(**{**CLOUD, **changes})], settings=settings)


@pytest.mark.parametrize("accounts", [(), (GUEST,)])
def test_a_sound_mailbox_does_not_fail_by_another_tenant(accounts: tuple[UserRow, ...]) -> None:
    alone = judged(sound())
    found = judged(of_a_tenant(sound(), OTHER, "away.example", *accounts))
    assert found == alone
    assert "fail" not in found.values()


def test_nobody_has_the_address_only_where_it_is_shown_whose_tenant_was_read() -> None:
    found = of_a_tenant(sound(), TENANT, "contoso.example")
    assert by_rule(judged(found))["mailbox-not-in-exchange-online"] == "fail"
    unnamed = by_rule(judged(found.failed("graph.organization")))
    assert unnamed["mailbox-not-in-exchange-online"] == "undetermined"


def test_in_the_own_tenant_an_address_of_a_foreign_domain_fails() -> None:
    found = by_rule(judged(of_a_tenant(sound(), TENANT, "away.example")))
    assert found["mailbox-not-in-exchange-online"] == "fail"


def test_a_mailbox_of_another_tenant_is_none_that_the_built_in_profile_reads() -> None:
    """The tenant that was read has the domain of its address, so the own one does not have it."""
    listed = ExchangeMailboxRow(ADDRESS, [f"SMTP:{ADDRESS}"], "UserMailbox")
    found = of_a_tenant(sound(), OTHER, "contoso.example")
    found = found.but("exchange_online.mailboxes", told("exchange_online.mailboxes", listed))
    assert by_rule(judged(found))["mailbox-not-in-exchange-online"] == "fail"
    by_authority = DomainTenant(domain="contoso.example", tenant_id=OTHER)
    found = found.failed("graph.organization").but("dns.tenants", told("dns.tenants", by_authority))
    assert by_rule(judged(found))["mailbox-not-in-exchange-online"] == "fail"


def test_the_tenant_of_a_cross_tenant_profile_is_judged_where_it_was_read() -> None:
    across = {"usedefaulttenantid": False, "exchangeonlinetenantid": OTHER}
    by_application = {"incomingcredentialretrieval": 7, "outgoingcredentialretrieval": 7}
    other = sound(**across, **by_application, oauthclientid="c")
    read = by_rule(judged(of_a_tenant(other, OTHER, "contoso.example")))
    assert read["mailbox-not-in-exchange-online"] == "fail"
    unread = by_rule(judged(of_a_tenant(other, TENANT, "contoso.example")))
    assert unread["mailbox-not-in-exchange-online"] == "not-applicable"


@pytest.mark.parametrize("seed", range(4))
def test_any_organisation_is_judged_as_if_the_foreign_tenant_had_not_been_read(seed: int) -> None:
    """An address that an account of it has is that of a guest, whatever the account says."""
    without = made(seed).outside
    for reader in readers():
        if reader.section in SECTIONS:
            absent = Told([], not_configured(reader.source, reader.section))
            without = without.but(reader.source, absent)
    ended = judged(of_a_tenant(without, OTHER, "away.example", GUEST))
    expected = judged(without)
    assert {key: word for key, word in ended.items() if expected[key] != word} == {}
