"""mailbox-not-on-exchange-server: the profile looks on a server that has no such mailbox."""

from rules.asked_server import is_of_asked_server
from rules.facts import Mailbox
from rules.rule import rule
from rules.unknown import known
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="mailbox-not-on-exchange-server",
    title="The Exchange Server has no mailbox for the address that is to synchronize with it",
    kind="health",
    severity="error",
    effect="stops",
    inferred=True,
    source="https://learn.microsoft.com/troubleshoot/power-platform/dataverse/email-exchange-synchronization/the-smtp-address-has-no-mailbox-associated-with-it",
    remedy=(
        "Correct the email address, give its account a mailbox on the server, or use a profile "
        "for the place where the mailbox lives."
    ),
)
def check(mailbox: Mailbox) -> Verdict:
    """Only where the profile leads to the server that was asked."""
    if not known(is_of_asked_server(mailbox)):
        return NotApplicable("It does not synchronize with the Exchange Server that was asked.")
    evidence = mailbox.exchange.evidence("opens_on_server")
    if not known(mailbox.exchange.opens_on_server):
        return Fail("The Exchange Server has no mailbox of the address.", evidence)
    return Pass("The mailbox opened on the Exchange Server.", evidence)
