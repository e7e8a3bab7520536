"""undeliverable-email-waits: email that Dynamics could not take in, and that nobody looked at."""

from rules.asked_server import is_of_asked_server
from rules.facts import Mailbox
from rules.rule import rule
from rules.unknown import both, known
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="undeliverable-email-waits",
    title="Undeliverable email waits in the mailbox",
    kind="health",
    severity="warning",
    effect="degrades",
    source="https://learn.microsoft.com/troubleshoot/power-platform/dataverse/email-exchange-synchronization/emails-not-automatically-tracked-or-synchronized",
    remedy=(
        "Look at the email in the folder Undeliverable and at the alerts of the mailbox, cure "
        "what kept it out, and empty the folder."
    ),
)
def check(mailbox: Mailbox) -> Verdict:
    """Dynamics moves there what a plug-in, a privilege or a filter kept it from taking in."""
    if not known(both(mailbox.synchronizes_incoming, is_of_asked_server(mailbox, "incoming"))):
        return NotApplicable("No incoming email from the Exchange Server that was asked.")
    evidence = mailbox.exchange.evidence("undeliverable_email_waits")
    if known(mailbox.exchange.undeliverable_email_waits):
        return Fail("Email that could not be taken in waits in the mailbox.", evidence)
    return Pass("No undeliverable email waits in the mailbox.", evidence)
