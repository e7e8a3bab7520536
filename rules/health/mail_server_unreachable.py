"""mail-server-unreachable: a host that exists but takes no connection."""

from rules.facts import MailServer, Organization
from rules.rule import rule
from rules.scope import is_online
from rules.unknown import both, known
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
def check(server: MailServer, organization: Organization) -> Verdict:
    """A warning: a firewall may refuse the audit and still let Dynamics through."""
    judged_elsewhere = both(server.is_internal, is_online(organization))
    if judged_elsewhere is True:
        return NotApplicable("It was met in an internal network: host-not-found judges that.")
    if not known(server.host_found):
        return NotApplicable("The host name does not exist: host-not-found judges that.")
    evidence = server.evidence("connects")
    where = f"{server.host} at port {server.port}"
    if known(server.connects):
        return Pass(f"{where} takes connections.", evidence)
    # Met inside, it shows nothing of what Dynamics 365 (online) meets.
    known(judged_elsewhere)
    return Fail(f"{where} takes no connection from where the audit ran.", evidence)
