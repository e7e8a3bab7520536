"""What mail domains tell: whose mail service takes their mail, and which tenant they are of."""

from typing import Any

from msgspec import Struct

from connectors.mail_servers.known_systems import CONSUMER_OUTLOOK, KnownSystems
from connectors.readings import Readings
from connectors.sources import SourceState, not_configured
from rules.email_systems import Place, Product
from rules.evidence import Evidence
from rules.unknown import Unknown

MAIL_DOMAINS = "dns.mail-domains"
TENANTS = "dns.tenants"
_MOST_EVIDENCE = 5
_AUTODISCOVER_ONLINE = (".outlook.com", ".office365.com", ".office365.us", ".partner.outlook.cn")


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
            if domain in self._known.mail_domains:
                product: Product | None = self._known.mail_domains[domain]
            elif row.resolution == "unknown":
                open_ones.append(domain)
                continue
            else:
                product = self._known.taker(row.exchangers)
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

    def taker(self, domain: str) -> tuple[Product | None, tuple[Evidence, ...]]:
        """Whose mail service takes the domain's mail; None: nobody's on file, or not looked up."""
        found = self._domains.get(domain)
        if found is None:
            return None, ()
        return self._known.taker(found[0].exchangers), self.evidence(domain)

    def place_hint(self, domain: str) -> tuple[Place | None, tuple[Evidence, ...]]:
        """Where exchanger and autodiscover both say that the domain's mailboxes live.

        A hint that may contradict, never a proof: gateways take mail for other servers, and in a
        hybrid one domain's mailboxes live in both places.
        """
        found = self._domains.get(domain)
        if found is None:
            return None, ()
        row = found[0]
        taker = self._known.taker(row.exchangers)
        leads = row.autodiscover
        if taker is Product.EXCHANGE_ONLINE and leads and leads.endswith(_AUTODISCOVER_ONLINE):
            return Place.EXCHANGE_ONLINE, self.evidence(domain)
        if taker is not None and taker is not Product.EXCHANGE_ONLINE and leads is None:
            return Place.ELSEWHERE, self.evidence(domain)
        return None, self.evidence(domain)

    def tenant_of(self, domain: str) -> str | None | Unknown:
        """The lower-case id of the domain's tenant; None: the authority knows none."""
        found = self._tenants.get(domain)
        if found is None:
            if not self._tenant_state.whole:
                return self._tenant_state.unknown()
            return Unknown(
                reason=f"The tenant of {domain} was not asked for: Exchange Online does not take "
                "its mail.",
                remedy="Configure `graph`, which lists the tenant's domains.",
            )
        row, at = found
        if row.problem:
            return Unknown(
                reason=row.problem,
                remedy="Run the audit again.",
                evidence=(Evidence(TENANTS, domain, "tenant_id", None, at),),
            )
        tenant: str | None = row.tenant_id
        return tenant

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


def _by_domain(readings: Readings, source: str) -> tuple[SourceState, dict[str, tuple[Any, str]]]:
    reading = readings.get(source)
    if reading is None:
        return not_configured(source, "dns"), {}
    return reading.state, {row.domain: (row, at) for row, at in reading.records}
