"""mail-server-unreachable: a host that exists but takes no connection."""

from rules.facts import MailServer
from rules.rule import rule
from rules.unknown import known
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="mail-server-unreachable",
    title="The mail server takes no connection",
    kind="health",
    severity="warning",
    effect="degrades",
    source="https://learn.microsoft.com/troubleshoot/power-platform/dataverse/email-exchange-synchronization/error-occurs-sending-email-for-mailbox",
    remedy=(
        "Correct the port in the profile, or open the firewall for the addresses from which "
        "Dynamics 365 connects."
    ),
)
def check(server: MailServer) -> Verdict:
    """A warning: a firewall may refuse the audit and still let Dynamics through."""
    if not known(server.host_found):
        return NotApplicable("The host name does not exist: host-not-found judges that.")
    evidence = server.evidence("connects")
    where = f"{server.host} at port {server.port}"
    if known(server.connects):
        return Pass(f"{where} takes connections.", evidence)
    return Fail(f"{where} takes no connection from where the audit ran.", evidence)
