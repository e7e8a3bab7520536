"""Which domains are a tenant's own: those of the tenant that was listed, and of no other."""

import pytest

from connectors.exchange_online.accepted_domains import SOURCE as ACCEPTED
from connectors.exchange_online.accepted_domains import AcceptedDomainRow
from connectors.graph.organization import SOURCE as TENANT
from connectors.graph.organization import OrganizationRow
from connectors.normalisation.exchange.tenant_domains import (
    domains_of_accounts,
    domains_of_mailboxes,
)
from connectors.normalisation.tenants_read import TenantsRead
from connectors.sources.readings import Reading
from rules.unknown import Unknown
from tests.connectors.dynamics.readings import reading

OWN = "11111111-1111-1111-1111-111111111111"
VERIFIED = {TENANT: reading(TENANT, OrganizationRow(OWN, [{"name": "contoso.example"}]))}


def accepted(domain: str, kind: str = "Authoritative") -> dict[str, Reading]:
    return {ACCEPTED: reading(ACCEPTED, AcceptedDomainRow(domain, kind))}


def test_a_domain_that_is_none_of_them_is_outside() -> None:
    told = VERIFIED | accepted("contoso.example")
    domains = domains_of_accounts(told, TenantsRead(told, OWN))
    assert domains.outside("contoso.example") is False
    assert domains.outside("away.example") is True
    assert isinstance(domains.outside("sub.contoso.example"), Unknown)


@pytest.mark.parametrize(("kind", "expected"), [("Authoritative", False), ("ExternalRelay", True)])
def test_email_to_a_relayed_domain_leaves(kind: str, expected: bool) -> None:
    told = accepted("contoso.example", kind)
    domains = domains_of_mailboxes(told, TenantsRead(told, OWN), is_same=False)
    assert domains.leaves("contoso.example") is expected


def test_accounts_and_mailboxes_of_two_tenants_have_domains_of_their_own() -> None:
    told = VERIFIED | accepted("fabrikam.example")
    tenants = TenantsRead(told, OWN)
    assert domains_of_accounts(told, tenants).outside("fabrikam.example") is True
    mailboxes = domains_of_mailboxes(told, tenants, is_same=False)
    assert mailboxes.outside("fabrikam.example") is False


def test_verified_domains_stand_in_only_for_those_of_the_same_tenant() -> None:
    tenants = TenantsRead(VERIFIED, OWN)
    same = domains_of_mailboxes(VERIFIED, tenants, is_same=True)
    assert same.outside("away.example") is True
    other = domains_of_mailboxes(VERIFIED, tenants, is_same=False)
    assert isinstance(other.outside("away.example"), Unknown)
