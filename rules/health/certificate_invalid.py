"""certificate-invalid: a mail server whose certificate Dynamics must refuse."""

from rules.facts import Certificate, MailServer, Organization
from rules.rule import rule
from rules.scope import is_on_premises
from rules.unknown import known
from rules.verdict import Fail, NotApplicable, Pass, Undetermined, Verdict

LOOKED_AT = ("issuer", "expires_at", "expired", "name_matches", "trusted_publicly")


@rule(
    id="certificate-invalid",
    title="The mail server shows a certificate that cannot be trusted",
    kind="security",
    severity="error",
    effect="exposes",
    repair="certificate",
    source="https://learn.microsoft.com/troubleshoot/power-platform/dataverse/email-exchange-synchronization/outgoingemailauthenticationerror-shows-in-mailbox-alert",
    remedy=(
        "Install a certificate that is in force, bears the host's name and comes from a public "
        "authority."
    ),
)
def check(server: MailServer, organization: Organization) -> Verdict:
    """A private authority is judged only by what the outside sees.

    From inside, split DNS shows another server than the one that Dynamics 365 (online) meets.
    On premises, an authority that the configuration trusts is as good as a public one.
    """
    certificate = known(server.certificate)
    if certificate is None:
        return NotApplicable("The server showed no certificate.")
    evidence = certificate.evidence(*LOOKED_AT)
    fault = _fault(server, certificate)
    if fault:
        return Fail(fault, evidence)
    public = certificate.trusted_publicly
    if public is True:
        return Pass("The certificate is in force, bears the name and is public.", evidence)
    if certificate.trusted_by_configuration and known(is_on_premises(organization)):
        return Pass("The certificate is from an authority that the audit trusts.", evidence)
    known(public)
    issuer = f"The certificate is from {certificate.issuer}, which is no public authority"
    if known(server.resolves_publicly):
        return Fail(f"{issuer}.", evidence)
    return Undetermined(
        f"{issuer}; the audit met the server at an internal address, so Dynamics 365 may be "
        "shown another one.",
        "Run the audit from outside or, on premises, name the authority in tls.ca_bundle.",
        evidence=evidence,
    )


def _fault(server: MailServer, certificate: Certificate) -> str | None:
    if certificate.expired:
        return f"The certificate of {server.host} expired on {certificate.expires_at[:10]}."
    if not certificate.name_matches:
        return f"The certificate does not bear the name {server.host}."
    return None
