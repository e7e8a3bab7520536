"""host-not-found: a server location whose host name does not exist."""

from rules.facts import MailServer
from rules.rule import rule
from rules.unknown import known
from rules.verdict import Fail, Pass, Verdict


@rule(
    id="host-not-found",
    title="The host name of the mail server does not exist",
    kind="health",
    severity="error",
    effect="stops",
    source="https://learn.microsoft.com/troubleshoot/power-platform/dataverse/email-exchange-synchronization/email-cannot-be-received-mailbox",
    remedy="Correct the server location in the email server profile, or the name in DNS.",
)
def check(server: MailServer) -> Verdict:
    """Asks only whether the name resolves, not whether anything answers there."""
    evidence = server.evidence("host_found")
    if not known(server.host_found):
        return Fail(f"The host name {server.host} cannot be resolved.", evidence)
    return Pass(f"The host name {server.host} resolves.", evidence)
