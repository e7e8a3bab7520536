"""tls-not-offered: a mail server that speaks in clear only."""

from rules.facts import MailServer
from rules.rule import rule
from rules.unknown import known
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="tls-not-offered",
    title="The mail server offers no encryption",
    kind="security",
    severity="error",
    effect="exposes",
    repair="encryption",
    source="https://learn.microsoft.com/power-platform/admin/server-cipher-tls-requirements",
    remedy="Switch on TLS at the mail server, with a certificate that bears its name.",
)
def check(server: MailServer) -> Verdict:
    """TLS from the first byte and STARTTLS both count."""
    if server.connects is False:
        return NotApplicable("It takes no connection: mail-server-unreachable judges that.")
    evidence = server.evidence("tls_offered")
    where = f"{server.host} at port {server.port}"
    if known(server.tls_offered):
        return Pass(f"{where} offers TLS.", evidence)
    known(server.connects)
    return Fail(f"{where} offers no TLS, so email and passwords travel in clear.", evidence)
