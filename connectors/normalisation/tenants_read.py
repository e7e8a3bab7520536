"""Which tenants Microsoft Graph and Exchange Online were read of, and what that proves.

A listing tells nothing of a mailbox in another tenant: neither that it is missing there, nor that
a guest with its address is it. A domain is verified in one tenant alone, so the tenant that has the
domain of an address has its mailbox, or nobody in Microsoft 365 has it.
"""

from collections.abc import Callable, Collection, Iterable
from typing import Any, Literal, NamedTuple

from connectors.exchange_online import accepted_domains
from connectors.exchange_online.values import domain_of
from connectors.graph import organization
from connectors.normalisation.mail_domains import TENANTS
from connectors.sources.readings import Reading, Readings
from connectors.sources.source import REPLACEMENT, SourceState, not_configured
from rules.evidence import WHOLE_SOURCE, Cause, Evidence
from rules.unknown import Unknown

Section = Literal["graph", "exchange_online"]
GRAPH: Section = "graph"
EXCHANGE: Section = "exchange_online"

NAMES = {GRAPH: "Microsoft Graph", EXCHANGE: "Exchange Online"}
_DOMAINS = {GRAPH: organization.SOURCE, EXCHANGE: accepted_domains.SOURCE}


def section_of(source: str) -> Section:
    """The section of the configuration that a source of the tenant is read by."""
    return GRAPH if source.startswith("graph.") else EXCHANGE


class TenantRead(NamedTuple):
    """One section's tenant: its id, and its domains; None where they were not read in full.

    `shown` is what tells its domains.
    """

    id: str | Unknown
    domains: frozenset[str] | None
    shown: Evidence


class TenantsRead:
    """What was read, beside `own`, the tenant of the organisation (None: on premises).

    `addresses` are those of users and queues; they are looked at where nothing else tells.
    """

    def __init__(
        self,
        readings: Readings,
        own: str | None | Unknown,
        addresses: Callable[[], Iterable[str]] = tuple,
    ) -> None:
        self._own = own
        self._addresses = addresses
        self._states = {section: _state(readings, section) for section in NAMES}
        verified, accepted = _verified(readings), _accepted(readings)
        graph, _ = tenant_read(readings)
        self._read = {
            GRAPH: TenantRead(
                graph, verified, told_by_all(readings, organization.SOURCE, "verifiedDomains")
            ),
            EXCHANGE: TenantRead(
                _exchange_tenant(readings, graph, verified, accepted),
                accepted,
                told_by_all(readings, accepted_domains.SOURCE, "DomainName"),
            ),
        }
        self._of_mail: dict[Section, bool] = {}

    def __getitem__(self, section: Section) -> TenantRead:
        return self._read[section]

    def is_organizations(self, section: Section) -> bool | Unknown:
        """Whether the section was read of the organisation's own tenant."""
        own, read = self._own, self._read[section].id
        if isinstance(read, Unknown):
            return read
        if own is None:
            return Unknown(
                reason="An organisation on premises names no tenant of its own.",
                remedy=_remedy(section),
            )
        return own if isinstance(own, Unknown) else own == read

    def has(self, section: Section, domain: str) -> bool:
        """Whether the section's tenant is known to have the domain."""
        return domain in (self._read[section].domains or ())

    def why_not_told(self, section: Section) -> Unknown:
        """Why the section tells nothing of an address in a domain that is not known to be its."""
        if self.is_organizations(section) is False:
            return self._unknown(
                section,
                "of another tenant than the organisation's own, which is not known to have the "
                "domain of the address.",
            )
        return self._not_shown(
            section, "and the domain of the address is none of those that were read there."
        )

    def why_not_of_mail(self, section: Section, tenants: Collection[str] = ()) -> Unknown | None:
        """Why the section's tenant is not that of the organisation's mail; None where it is.

        It is where it is the organisation's own or one of `tenants`, or, where no tenant is named,
        where a user or queue has an address in one of its domains.
        """
        is_organizations = self.is_organizations(section)
        if is_organizations is True or self._read[section].id in tenants:
            return None
        if is_organizations is False:
            return self._unknown(section, "of another tenant than the organisation's own.")
        if self._has_mail(section):
            return None
        return self._not_shown(
            section, "and no user and no queue has an address in a domain of that tenant."
        )

    def _not_shown(self, section: Section, by_domains: str) -> Unknown:
        name, state = NAMES[section], self._states[section]
        if self._read[section].domains is None and not state.whole:
            unread = state.unknown()
            return Unknown(
                reason=f"It is not shown that {name} was read of the tenant of the mailboxes, for "
                f"its domains were not read: {unread.reason}",
                remedy=unread.remedy,
                cause=unread.cause,
            )
        return self._unknown(section, f"perhaps not of the tenant of the mailboxes, {by_domains}")

    def _unknown(self, section: Section, of_which: str) -> Unknown:
        return Unknown(
            reason=f"{NAMES[section]} was read {of_which}",
            remedy=_remedy(section),
            cause=Cause("source", _DOMAINS[section], "of-another-tenant"),
        )

    def _has_mail(self, section: Section) -> bool:
        found = self._of_mail.get(section)
        if found is None:
            domains = self._read[section].domains or frozenset()
            found = bool(domains) and any(domain_of(each) in domains for each in self._addresses())
            self._of_mail[section] = found
        return found


def told_by_all(readings: Readings, source: str, column: str, value: str | None = None) -> Evidence:
    """What a column tells in all records of a source together, and when the first was read."""
    reading = _whole(readings, source)
    read_at = reading.read_at if reading is not None else ""
    return Evidence(source, WHOLE_SOURCE, column, value, read_at)


def tenant_read(readings: Readings) -> tuple[str | Unknown, tuple[Evidence, ...]]:
    """The tenant that Microsoft Graph was read of, and what says so."""
    source = organization.SOURCE
    for row, at in _records(readings, source):
        told = str(row.id).lower()
        return told, (Evidence(source, str(row.id), "id", told, at),)
    state = _state(readings, GRAPH)
    unknown = Unknown(
        reason=f"Of which tenant Microsoft 365 was read is not known: {state.unknown().reason}",
        remedy="See the mailbox in the Exchange admin centre of the tenant that its profile names, "
        "or let the section `graph` sign in to that tenant.",
        cause=Cause("source", source, state.code or state.status),
    )
    return unknown, (Evidence(source, "", "id"),)


def _exchange_tenant(
    readings: Readings,
    graph: str | Unknown,
    verified: frozenset[str] | None,
    accepted: frozenset[str] | None,
) -> str | Unknown:
    """Told by a domain: one that Microsoft Graph was read of too, or whose authority was asked."""
    if accepted and verified and accepted & verified:
        return graph
    for row, _ in _records(readings, TENANTS):
        if accepted and row.tenant_id and domain_of(row.domain) in accepted:
            return str(row.tenant_id).lower()
    return Unknown(
        reason="Of which tenant Exchange Online was read is not known.",
        remedy=_remedy(EXCHANGE),
        cause=Cause("source", accepted_domains.SOURCE, "tenant-not-named"),
    )


def _verified(readings: Readings) -> frozenset[str] | None:
    """The verified domains; None where the name of one of them was not read, or there is none."""
    names = [
        domain.get("name")
        for row, _ in _records(readings, organization.SOURCE)
        for domain in (row.verifiedDomains if isinstance(row.verifiedDomains, list) else ())
    ]
    found = [name for name in names if isinstance(name, str) and REPLACEMENT not in name]
    whole = bool(found) and len(found) == len(names)
    return frozenset(map(domain_of, found)) if whole else None


def _accepted(readings: Readings) -> frozenset[str] | None:
    """The accepted domains; a listing without any is none, since each tenant has one."""
    rows = _records(readings, accepted_domains.SOURCE)
    return frozenset(domain_of(row.DomainName) for row, _ in rows) or None


def _records(readings: Readings, source: str) -> tuple[tuple[Any, str], ...]:
    reading = _whole(readings, source)
    return reading.records if reading is not None else ()


def _whole(readings: Readings, source: str) -> Reading | None:
    reading = readings.get(source)
    return reading if reading is not None and reading.state.whole else None


def _state(readings: Readings, section: Section) -> SourceState:
    source = _DOMAINS[section]
    reading = readings.get(source)
    return reading.state if reading is not None else not_configured(source, section)


def _remedy(section: Section) -> str:
    return (
        f"Let the section `{section}` sign in to the tenant that has the domain of the address, "
        "or see the address in the Exchange admin centre of that tenant."
    )
