"""packet-inspection: something looks into the traffic from Dynamics to Exchange."""

from rules import bearing
from rules.email_systems import Product, Protocol
from rules.facts import Declared, Every, MailServer, Organization
from rules.pages import SUPPORT_PAGE
from rules.rule import rule
from rules.scope import is_on_premises
from rules.unknown import Unknown, both, is_one_of, negated
from rules.verdict import Fail, Pass, Undetermined, Verdict


@rule(
    id="packet-inspection",
    title="Traffic from Dynamics 365 to Exchange is inspected or changed on its way",
    kind="support",
    severity="error",
    effect="unsupported",
    bears_on=bearing.of_exchange,
    statements=("CUR-34", "CUR-35"),
    source=SUPPORT_PAGE,
    remedy=(
        "Let the traffic pass unchanged: select it by source address or server name alone. "
        "Show the certificate of a public authority at the Exchange address."
    ),
)
def check(
    organization: Organization, declared: Declared, servers: Every[MailServer] | Unknown
) -> Verdict:
    """A certificate of no public authority at a public Exchange address gives it away.

    Seen from inside, split DNS shows another server, so only public addresses count. A public
    certificate proves nothing: the declaration alone can pass.
    """
    said = declared.packet_inspection
    inspected = (
        ()
        if isinstance(servers, Unknown)
        else tuple(each for each, _ in servers if _gives_it_away(each, organization) is True)
    )
    found = tuple(
        evidence
        for server in inspected
        for evidence in server.evidence("certificate", "resolves_publicly")
    )
    hosts = ", ".join(sorted(server.host for server in inspected))
    if isinstance(said, Unknown):
        if inspected:
            return Fail(f"The certificate at {hosts} is of no public authority.", found)
        return Undetermined(said.reason, said.remedy, said.cause, said.evidence)
    evidence = declared.evidence("packet_inspection") + found
    if said:
        return Fail("Packet inspection is declared in use.", evidence)
    if inspected:
        return Undetermined(
            "Packet inspection is declared not in use, but the certificate at "
            f"{hosts} is of no public authority.",
            "Correct packet_inspection in the configuration, or the certificate.",
            evidence=evidence,
        )
    return Pass("Packet inspection is declared not in use.", evidence)


def _gives_it_away(server: MailServer, organization: Organization) -> bool | Unknown:
    """Whether it shows a certificate that an inspecting device may have put there.

    At Exchange Online such a device would stand before the auditor, not before Dynamics.
    """
    return both(
        server.protocol is Protocol.EWS,
        negated(is_one_of(server.product, Product.EXCHANGE_ONLINE)),
        server.resolves_publicly,
        _is_of_no_public_authority(server, organization),
    )


def _is_of_no_public_authority(server: MailServer, organization: Organization) -> bool | Unknown:
    certificate = server.certificate
    if certificate is None or isinstance(certificate, Unknown):
        return False if certificate is None else certificate
    of_the_company = both(certificate.trusted_by_configuration, is_on_premises(organization))
    return both(negated(certificate.trusted_publicly), negated(of_the_company))
