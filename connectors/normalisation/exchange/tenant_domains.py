"""The domains whose email a tenant accepts: whether another domain is outside of it."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import UNSET

from connectors.exchange_online.accepted_domains import AUTHORITATIVE, EXTERNAL_RELAY, SOURCE
from connectors.exchange_online.values import domain_of
from connectors.normalisation.tenants_read import EXCHANGE, GRAPH, TenantsRead
from connectors.sources.readings import Readings
from rules.unknown import Unknown


class TenantDomains:
    """The domains of one tenant, each with its type; None and why, where they were not read.

    That a domain is none of them is proven by the whole listing of accepted domains, or of the
    verified ones.
    """

    def __init__(self, types: Mapping[str, Any] | None, why: Unknown) -> None:
        self._own = types
        self._why = why

    def leaves(self, domain: str) -> bool | Unknown:
        """Whether email to the domain leaves the tenant: a relayed domain has mailboxes outside."""
        outside = self.outside(domain)
        if outside is not False or self._own is None:
            return outside
        kind = self._own[domain]
        if kind == AUTHORITATIVE:
            return False
        return True if kind == EXTERNAL_RELAY else _relayed(domain, kind)

    def outside(self, domain: str) -> bool | Unknown:
        """Whether the domain is none of the tenant's."""
        if self._own is None:
            return self._why
        if domain in self._own:
            return False
        # Whether email to the subdomains of a domain is accepted too was not asked for.
        above = next((each for each in _above(domain) if each in self._own), None)
        return True if above is None else _of_a_subdomain(above)


def domains_of_accounts(readings: Readings, tenants: TenantsRead) -> TenantDomains:
    """Those of the tenant that accounts were listed of, or mailboxes where no accounts were."""
    accepted, verified = _types(readings, tenants), tenants[GRAPH].domains
    if accepted is not None and (verified is None or not verified.isdisjoint(accepted)):
        return TenantDomains(accepted, _why(readings))
    return _verified(readings, tenants)


def domains_of_mailboxes(
    readings: Readings, tenants: TenantsRead, *, is_same: bool
) -> TenantDomains:
    """Those of the tenant that mailboxes were listed of.

    `is_same`: Microsoft Graph is known to have been read of it.
    """
    accepted = _types(readings, tenants)
    if accepted is None and is_same:
        return _verified(readings, tenants)
    return TenantDomains(accepted, _why(readings))


def _types(readings: Readings, tenants: TenantsRead) -> Mapping[str, Any] | None:
    if tenants[EXCHANGE].domains is None:
        return None
    return {domain_of(row.DomainName): row.DomainType for row, _ in readings[SOURCE].records}


def _verified(readings: Readings, tenants: TenantsRead) -> TenantDomains:
    verified = tenants[GRAPH].domains
    return TenantDomains(
        None if verified is None else dict.fromkeys(verified, UNSET), _why(readings)
    )


def _why(readings: Readings) -> Unknown:
    accepted = readings.get(SOURCE)
    if accepted is not None and not accepted.state.whole:
        return accepted.state.unknown()
    return Unknown(
        reason="The domains whose email the tenant accepts were not read.",
        remedy="Configure `exchange_online` or `graph`.",
    )


def _relayed(domain: str, kind: Any) -> Unknown:
    told = f"of the type {kind}" if isinstance(kind, str) else "of a type that is not known"
    return Unknown(
        reason=f"The domain {domain} of the tenant is {told}, so its mailboxes may be outside.",
        remedy=f"See the type of {domain} in the Exchange admin centre, Mail flow > Accepted "
        "domains, and who has the address that email is forwarded to.",
    )


def _above(domain: str) -> Iterator[str]:
    while domain := domain.partition(".")[2]:
        yield domain


def _of_a_subdomain(above: str) -> Unknown:
    """Names no subdomain, so that those of one domain are one configuration."""
    return Unknown(
        reason=f"The tenant accepts email to {above}; whether it accepts email to all of its "
        "subdomains too is not known.",
        remedy=f"See in the Exchange admin centre whether {above} accepts email for all "
        "subdomains.",
    )
