"""host-not-found: a server location whose host name does not exist."""

from rules.facts import MailServer, Organization
from rules.rule import rule
from rules.scope import is_online
from rules.unknown import both, known
from rules.verdict import Fail, Pass, Undetermined, Verdict


@rule(
    id="host-not-found",
    title="The host name of the mail server does not exist",
    kind="health",
    severity="error",
    effect="stops",
    source="https://learn.microsoft.com/troubleshoot/power-platform/dataverse/email-exchange-synchronization/email-cannot-be-received-mailbox",
    remedy="Correct the server location in the email server profile, or the name in DNS.",
)
def check(server: MailServer, organization: Organization) -> Verdict:
    """Asks only whether the name resolves, not whether anything answers there.

    Dynamics 365 (online) comes from the internet, which leads into no internal network.
    """
    hidden = both(server.is_internal, is_online(organization))
    if hidden is True and server.is_named_by_address:
        return Fail(
            f"{server.host} is an address of an internal network, which Dynamics 365 (online) "
            "cannot reach.",
            server.evidence("is_internal") + organization.evidence("deployment"),
            remedy="Enter a name or address in the profile that the internet leads to.",
        )
    evidence = server.evidence("host_found")
    if not known(server.host_found):
        return Fail(f"The host name {server.host} cannot be resolved.", evidence)
    if not known(hidden):
        return Pass(f"The host name {server.host} resolves.", evidence)
    return Undetermined(
        f"From here {server.host} leads into an internal network, which Dynamics 365 (online) "
        "cannot reach. The name servers of the internet may say otherwise.",
        f"Look {server.host} up with a public name server, or run the audit from outside.",
        evidence=evidence + server.evidence("is_internal"),
    )
