"""From what was seen of a mail server to the email system behind it.

Tested in `tests/connectors/normalisation/mail_servers/test_facts.py`.
"""

from copy import copy
from typing import Any

from msgspec import Struct

from connectors.known_systems import CONSUMER_OUTLOOK, KnownSystems
from connectors.normalisation.endpoints import USUAL_PORTS
from connectors.normalisation.mail_domains import MailDomains
from connectors.normalisation.mail_servers.probe_results import Probes, outside_fips
from connectors.normalisation.mail_servers.recognition import (
    greets_as_exchange,
    is_exchange_cloud,
    recognised,
)
from connectors.sources.readings import Readings
from rules.email_systems import Product, Protocol
from rules.evidence import Evidence
from rules.unknown import Unknown

_DECLARE = "Declare the provider under `providers` in the section `declared`."


class Answering(Struct, frozen=True):
    """Which email system answers, and what that rests on.

    `exchange`: an Exchange Server answers, whose version its words do not tell.
    """

    product: Product | Unknown
    evidence: tuple[Evidence, ...] = ()
    exchange: bool = False


class ProbedSystems:
    """Answers for hosts as profiles name them, from probes and from mail domains."""

    def __init__(self, readings: Readings, known: KnownSystems) -> None:
        self._probes = Probes(readings)
        self._domains = MailDomains(readings, known)
        self._known = known

    def among(self, readings: Readings) -> "ProbedSystems":
        """The same, by the mail domains of these readings."""
        other = copy(self)
        other._domains = MailDomains(readings, self._known)
        return other

    def fips_disproved(
        self, protocol: Protocol, host: str, port: int | None
    ) -> tuple[bool | Unknown, tuple[Evidence, ...]]:
        """Whether the server accepted nothing that FIPS 140-2 approves, and what showed it."""
        id = _id(protocol, host, port)
        found = self._probes.row(id)
        if found is None:
            return self._probes.unseen(), ()
        shown = self._probes.evidence(id, "encryption", "tls_version", "cipher", "outside_fips")
        return outside_fips(found[0], self._probes.unknown(found[0])), shown

    def behind_shared_host(self, host: str) -> Answering:
        """Exchange Online or Outlook.com, at a host that serves both: the mail domains tell."""
        told = self._domains.outlook()
        if isinstance(told.product, Unknown):
            unknown = told.product
            return Answering(
                Unknown(
                    reason=f"{host} serves both Exchange Online and Outlook.com; the mail domain "
                    f"decides which. {unknown.reason}",
                    remedy=f"{unknown.remedy} Or: {_DECLARE}",
                    cause=unknown.cause,
                    evidence=unknown.evidence,
                ),
                told.evidence,
            )
        return Answering(told.product, told.evidence)

    def behind(self, protocol: Protocol, host: str, port: int | None) -> Answering:
        """The system that answered at the host, or why it is not known."""
        id = _id(protocol, host, port)
        found = self._probes.row(id)
        if found is None:
            return Answering(self._not_established(host, self._probes.unseen()))
        row = found[0]
        known = recognised(row, self._known)
        if known is not None:
            contradicted = self._contradicted(row, known.product)
            seen = self._probes.evidence(id, known.column)
            return Answering(contradicted or known.product, seen)
        if row.understood and row.greeting and is_exchange_cloud(row.greeting, self._known):
            cloud = self.behind_shared_host(host)
            seen = self._probes.evidence(id, "greeting")
            return Answering(cloud.product, seen + cloud.evidence)
        if row.understood and greets_as_exchange(row, self._known):
            seen = self._probes.evidence(id, "greeting")
            unknown = Unknown(
                reason=f"Exchange answers at {host}; its greeting does not give the version.",
                remedy="Declare the host's build under `exchange_builds` in the section "
                "`declared`.",
                evidence=seen,
            )
            return Answering(unknown, seen, exchange=True)
        return Answering(self._not_established(host, self._why(row)))

    def _why(self, row: Any) -> Unknown:
        if not row.understood:
            return self._probes.unknown(row)
        seen = self._probes.evidence(row.id, "greeting", "certificate_names")
        taker, evidence = self._domains.taker(row.host.partition(".")[2])
        hint = (
            f" Its domain's mail goes to {taker.value}, which does not say who answers here."
            if taker is not None
            else ""
        )
        return Unknown(
            reason=f"Neither its greeting nor its certificate names a known provider.{hint}",
            remedy="",
            evidence=seen + evidence,
        )

    def _not_established(self, host: str, why: Unknown) -> Unknown:
        return Unknown(
            reason=f"Which provider answers at {host} was not established. {why.reason}",
            remedy=f"{why.remedy} Or: {_DECLARE}" if why.remedy else _DECLARE,
            cause=why.cause,
            evidence=why.evidence,
        )

    def _contradicted(self, row: Any, product: Product) -> Unknown | None:
        """Whether a server that greets as a provider shows a certificate of another's names."""
        if product in CONSUMER_OUTLOOK or product is Product.OTHER or not row.certificate_names:
            return None
        others = {
            self._known.provider(name.removeprefix("*.")) for name in row.certificate_names
        } - {None, product}
        if not others or not row.trusted_publicly:
            return None
        return Unknown(
            reason=f"{row.id} greets as {product.value}, but its certificate bears another "
            "provider's names.",
            remedy=_DECLARE,
            evidence=self._probes.evidence(row.id, "greeting", "certificate_names"),
        )


def _id(protocol: Protocol, host: str, port: int | None) -> str:
    return f"{host}:{port or USUAL_PORTS[protocol]}"
