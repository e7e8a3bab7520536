"""Whose tenant was read is proven by its id or by a domain, or it is not known."""

from collections.abc import Sequence
from typing import Any

import pytest

from connectors.dns.rows import TenantRow
from connectors.exchange_online.accepted_domains import SOURCE as ACCEPTED
from connectors.exchange_online.accepted_domains import AcceptedDomainRow
from connectors.graph.organization import SOURCE as TENANT
from connectors.graph.organization import OrganizationRow
from connectors.normalisation.mail_domains import TENANTS
from connectors.normalisation.tenants_read import EXCHANGE, GRAPH, TenantsRead, tenant_read
from connectors.sources.readings import Reading
from rules.unknown import Unknown
from tests.connectors.dynamics.readings import reading

OWN, OTHER = "11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"
OPEN = Unknown("Nobody told.", "Ask.")


def readings(
    graph: str | None = None,
    verified: Sequence[str] = ("contoso.example",),
    accepted: Sequence[str] = (),
    by_dns: Sequence[tuple[str, str | None]] = (),
) -> dict[str, Reading]:
    told: dict[str, Any] = {}
    if graph is not None:
        names = [{"name": each} for each in verified]
        told[TENANT] = reading(TENANT, OrganizationRow(graph.upper(), names))
    if accepted:
        told[ACCEPTED] = reading(ACCEPTED, *map(AcceptedDomainRow, accepted))
    if by_dns:
        rows = (TenantRow(domain=each, tenant_id=tenant) for each, tenant in by_dns)
        told[TENANTS] = reading(TENANTS, *rows)
    return told


def read(own: Any = OWN, addresses: Sequence[str] = (), **told: Any) -> TenantsRead:
    return TenantsRead(readings(**told), own, lambda: addresses)


@pytest.mark.parametrize(
    ("told", "own", "graph", "exchange"),
    [
        ({}, OWN, None, None),
        ({"graph": OWN}, OWN, True, None),
        ({"graph": OTHER}, OWN, False, None),
        ({"graph": OWN}, None, None, None),
        ({"graph": OWN}, OPEN, None, None),
        ({"graph": OWN, "accepted": ["Contoso.example"]}, OWN, True, True),
        ({"graph": OTHER, "accepted": ["contoso.example"]}, OWN, False, False),
        ({"graph": OWN, "accepted": ["away.example"]}, OWN, True, None),
        ({"accepted": ["contoso.example"]}, OWN, None, None),
        ({"accepted": ["a.example"], "by_dns": [("a.example", OWN.upper())]}, OWN, None, True),
        ({"accepted": ["a.example"], "by_dns": [("a.example", OTHER)]}, OWN, None, False),
        ({"accepted": ["a.example"], "by_dns": [("b.example", OWN)]}, OWN, None, None),
        ({"accepted": ["a.example"], "by_dns": [("a.example", None)]}, OWN, None, None),
    ],
)
def test_whose_tenant_a_section_was_read_of(
    told: dict[str, Any], own: Any, graph: bool | None, exchange: bool | None
) -> None:
    found = read(own, **told)
    for section, expected in ((GRAPH, graph), (EXCHANGE, exchange)):
        is_organizations = found.is_organizations(section)
        assert (
            isinstance(is_organizations, Unknown)
            if expected is None
            else is_organizations is expected
        )


def test_a_domain_is_of_the_tenant_that_names_it() -> None:
    found = read(graph=OWN, accepted=["fabrikam.example"])
    assert found.has(GRAPH, "contoso.example")
    assert found.has(EXCHANGE, "fabrikam.example")
    assert not found.has(GRAPH, "fabrikam.example")
    assert not read().has(GRAPH, "contoso.example")


@pytest.mark.parametrize(
    ("told", "tenants", "is_of_mail"),
    [
        ({"graph": OWN}, (), True),
        ({"graph": OTHER}, (OTHER,), True),
        ({"graph": OTHER}, (), False),
        # A tenant that is known to be another is not proven by a guest's address.
        ({"graph": OTHER, "addresses": ["ann@contoso.example"]}, (), False),
        ({"graph": OTHER, "own": None, "addresses": ["ann@contoso.example"]}, (), True),
        ({"graph": OTHER, "own": None, "addresses": ["ann@away.example"]}, (), False),
        ({"graph": OTHER, "own": OPEN, "addresses": ["ann@contoso.example"]}, (), True),
        ({}, (), False),
    ],
)
def test_a_tenant_is_that_of_the_mail_by_its_id_or_by_an_address(
    told: dict[str, Any], tenants: Sequence[str], is_of_mail: bool
) -> None:
    why = read(**told).why_not_of_mail(GRAPH, tenants)
    assert why is None if is_of_mail else isinstance(why, Unknown)


def test_what_would_settle_it_is_named() -> None:
    other = read(graph=OTHER).why_not_told(GRAPH)
    assert "another tenant than the organisation's own" in other.reason
    assert "Let the section `graph` sign in to the tenant" in other.remedy
    nowhere = read(None, graph=OTHER).why_not_told(GRAPH)
    assert "none of those that were read there" in nowhere.reason
    unread = read(accepted=["contoso.example"]).why_not_told(GRAPH)
    assert "its domains were not read" in unread.reason
    assert unread.cause is not None
    assert (unread.cause.name, unread.cause.code) == (TENANT, "not-configured")


def test_microsoft_graph_names_its_tenant_with_the_record_as_evidence() -> None:
    tenant, (shown,) = tenant_read(readings(graph=OTHER))
    assert tenant == OTHER
    assert (shown.record, shown.value) == (OTHER.upper(), OTHER)
    unknown, _ = tenant_read({})
    assert isinstance(unknown, Unknown)


def test_what_tells_the_domains_of_a_tenant_is_shown_with_when_it_was_read() -> None:
    found = read(graph=OWN, accepted=["contoso.example"])
    for section, source, column in (
        (GRAPH, TENANT, "verifiedDomains"),
        (EXCHANGE, ACCEPTED, "DomainName"),
    ):
        shown = found[section].shown
        assert (shown.source, shown.record, shown.field) == (source, "*", column)
        assert shown.read_at
    assert not read()[GRAPH].shown.read_at
