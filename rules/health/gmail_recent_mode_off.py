"""gmail-recent-mode-off: Gmail over POP3 shows an email to the first that reads it alone."""

from rules.email_systems import Product, Protocol
from rules.facts import Mailbox
from rules.providers import is_product
from rules.rule import rule
from rules.unknown import both, is_one_of, known
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="gmail-recent-mode-off",
    title="Gmail over POP3 is read without recent mode",
    kind="health",
    severity="note",
    effect="advice",
    source="https://learn.microsoft.com/troubleshoot/power-platform/dataverse/email-exchange-synchronization/mailbox-fails-tested-enabled",
    remedy=(
        "Where another program reads the mailbox too, write `recent:` before the email address of "
        "the mailbox (recent:name@gmail.com); leave the address of the user as it is."
    ),
)
def check(mailbox: Mailbox) -> Verdict:
    """Without it Gmail gives over POP3 only what no other program has read."""
    if not known(mailbox.synchronizes_incoming):
        return NotApplicable("Incoming email is not by server-side synchronization.")
    profile = known(mailbox.profile)
    if profile is None:
        return NotApplicable("The mailbox has no email server profile.")
    incoming = profile.incoming
    by_pop3 = is_one_of(incoming.protocol, Protocol.POP3)
    if not known(both(by_pop3, is_product(incoming, Product.GMAIL))):
        return NotApplicable("The mailbox is not read from Gmail over POP3.")
    evidence = mailbox.evidence("in_recent_mode") + incoming.evidence("protocol", "product")
    if known(mailbox.in_recent_mode):
        return Pass("The mailbox is read from Gmail in recent mode.", evidence)
    return Fail(
        "Gmail gives an email over POP3 once: what another program has read does not come.",
        evidence,
    )
