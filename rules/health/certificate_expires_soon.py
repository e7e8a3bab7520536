"""certificate-expires-soon: a certificate that must be renewed before mail stops."""

from rules.counting import counted
from rules.facts import MailServer
from rules.rule import rule
from rules.thresholds import Threshold, Thresholds
from rules.unknown import known
from rules.verdict import Fail, NotApplicable, Pass, Verdict

DAYS = Threshold(
    name="certificate_days",
    default=21,
    meaning="a mail server's certificate with fewer days left is a warning",
    unit="number",
)


@rule(
    id="certificate-expires-soon",
    title="The certificate of the mail server expires soon",
    kind="health",
    severity="warning",
    effect="ends",
    repair="certificate",
    thresholds=(DAYS,),
    source="https://learn.microsoft.com/troubleshoot/power-platform/dataverse/email-exchange-synchronization/outgoingemailauthenticationerror-shows-in-mailbox-alert",
    remedy="Renew the certificate and install it on the mail server.",
)
def check(server: MailServer, thresholds: Thresholds) -> Verdict:
    """Three weeks: certificates that renew themselves do so a month before their end."""
    certificate = known(server.certificate)
    if certificate is None:
        return NotApplicable("The server showed no certificate.")
    if certificate.expired:
        return NotApplicable("The certificate has expired: certificate-invalid judges that.")
    evidence = certificate.evidence("expires_at", "days_left")
    end = certificate.expires_at[:10]
    days = counted(certificate.days_left, "day", "days")
    message = f"The certificate of {server.host} expires on {end}, in {days}."
    if certificate.days_left < thresholds[DAYS.name]:
        return Fail(message, evidence)
    return Pass(message, evidence)
