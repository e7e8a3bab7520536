"""What mail domains tell: whose mail service takes their mail, and which tenant they are of."""

from collections.abc import Collection
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from connectors.known_systems import CONSUMER_OUTLOOK, KnownSystems
from connectors.sources.readings import Readings
from connectors.sources.source import SourceState, not_configured
from rules.email_systems import Product
from rules.evidence import Evidence
from rules.unknown import Unknown

MAIL_DOMAINS = "dns.mail-domains"
TENANTS = "dns.tenants"
_MOST_EVIDENCE = 5


class Told(Struct, frozen=True):
    """A product that mail domains tell, with what that rests on."""

    product: Product | Unknown
    evidence: tuple[Evidence, ...] = ()


class MailDomains:
    """The domains that were looked up, by name. Nothing here proves where a mailbox lives."""

    def __init__(self, readings: Readings, known: KnownSystems) -> None:
        self._known = known
        self._state, self._domains = _by_domain(readings, MAIL_DOMAINS)
        self._tenant_state, self._tenants = _by_domain(readings, TENANTS)

    def outlook(self) -> Told:
        """Exchange Online or Outlook.com, for whoever reads from a host that serves both.

        Outlook.com has mailboxes in its own domains and in few others, whose exchangers tell;
        all domains of the organisation must agree.
        """
        if not self._state.whole:
            return Told(self._state.unknown())
        consumers, others, open_ones = [], [], []
        for domain, (row, _) in self._domains.items():
            product = self._product(domain, row)
            if product is None and row.resolution == "unknown":
                open_ones.append(domain)
                continue
            # A domain of another provider's has no mailbox at either.
            if product in CONSUMER_OUTLOOK:
                consumers.append((domain, product))
            elif product in (None, Product.EXCHANGE_ONLINE):
                others.append((domain, product))
        if open_ones or (consumers and others) or not (consumers or others):
            return Told(self._undecided(open_ones, bool(consumers)))
        if consumers:
            products = {product for _, product in consumers}
            first = consumers[0][1] if len(products) == 1 else Product.OUTLOOK_COM
            assert first is not None
            return Told(first, self.evidence(*(domain for domain, _ in consumers)))
        named = [domain for domain, product in others if product is Product.EXCHANGE_ONLINE]
        if not named:
            return Told(self._undecided([], False))
        return Told(Product.EXCHANGE_ONLINE, self.evidence(*named))

    def apart(self) -> tuple[frozenset[str], ...]:
        """The domains of each product that `outlook` may tell where some of them count alone."""
        found: dict[Product, set[str]] = {}
        for domain, (row, _) in self._domains.items():
            product = self._product(domain, row)
            if product is Product.EXCHANGE_ONLINE or product in CONSUMER_OUTLOOK:
                found.setdefault(product, set()).add(domain)
        consumers = [each for product, each in found.items() if product in CONSUMER_OUTLOOK]
        mixed = [set().union(*consumers)] if len(consumers) > 1 else []
        return tuple(map(frozenset, (*found.values(), *mixed)))

    def _product(self, domain: str, row: Any) -> Product | None:
        """Whose mailboxes are in a domain, as it tells itself or its exchangers do."""
        told = () if row.resolution == "unknown" else row.exchangers
        return self._known.mail_domains.get(domain) or self._known.taker(told)

    def taker(self, domain: str) -> tuple[Product | None, tuple[Evidence, ...]]:
        """Whose mail service takes the domain's mail; None: nobody's on file, or not looked up."""
        found = self._domains.get(domain)
        if found is None:
            return None, ()
        return self._known.taker(found[0].exchangers), self.evidence(domain)

    def sole_tenant(self) -> tuple[str | Unknown, tuple[Evidence, ...]]:
        """The lower-case id of the tenant that every domain asked for is of, and what says so."""
        evidence = tuple(
            Evidence(TENANTS, domain, "tenant_id", row.tenant_id, at)
            for domain, (row, at) in list(self._tenants.items())[:_MOST_EVIDENCE]
        )
        if not self._tenant_state.whole:
            return self._tenant_state.unknown(), ()
        found = {row.tenant_id for row, _ in self._tenants.values()}
        tenant = found.pop() if len(found) == 1 else None
        if tenant is not None:
            return tenant, evidence
        return (
            Unknown(
                reason="The organisation's mail domains are not all known to be of one tenant.",
                remedy="Look at the domains of the mailboxes that use the profile.",
                evidence=evidence,
            ),
            evidence,
        )

    def evidence(self, *domains: str) -> tuple[Evidence, ...]:
        """The exchangers of the domains, of the first few."""
        found = []
        for domain in domains[:_MOST_EVIDENCE]:
            if domain in self._domains:
                row, at = self._domains[domain]
                told = ", ".join(row.exchangers)
                found.append(Evidence(MAIL_DOMAINS, domain, "exchangers", told, at))
        return tuple(found)

    def _undecided(self, open_ones: list[str], consumers: bool) -> Unknown:
        if open_ones:
            reason = f"Where the mail of {', '.join(open_ones[:3])} goes could not be looked up."
        elif consumers:
            reason = "Some of the organisation's domains are of Outlook.com and some are not."
        else:
            reason = "The mail of none of the organisation's domains goes to either."
        return Unknown(
            reason=reason,
            remedy="Look at the domains of the mailboxes that use the profile.",
            evidence=self.evidence(*(open_ones or self._domains)),
        )


def among(readings: Readings, domains: Collection[str]) -> Readings:
    """The readings with these mail domains alone: those of the mailboxes that use one profile."""
    found = dict(readings)
    for source in (MAIL_DOMAINS, TENANTS):
        if source in found:
            records = [each for each in found[source].records if each[0].domain in domains]
            found[source] = replace(found[source], records=tuple(records))
    return found


def _by_domain(readings: Readings, source: str) -> tuple[SourceState, dict[str, tuple[Any, str]]]:
    reading = readings.get(source)
    if reading is None:
        return not_configured(source, "dns"), {}
    return reading.state, {row.domain: (row, at) for row, at in reading.records}
