"""sender-cannot-send: email waits for a mailbox that will never send it."""

from rules.facts import Mailbox
from rules.health.email_pending_send import AGE
from rules.mailbox_methods import outgoing
from rules.rule import rule
from rules.thresholds import Thresholds, duration
from rules.unknown import all_of, known
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="sender-cannot-send",
    title="Email waits in Pending Send for a sender whose mailbox does not send",
    kind="health",
    severity="error",
    effect="stops",
    population="all",
    thresholds=(AGE,),
    source="https://learn.microsoft.com/power-platform/admin/troubleshooting-monitoring-server-side-synchronization",
    remedy=(
        "Set Server-Side Synchronization for outgoing email of the sender's mailbox, approve it, "
        "then Test & Enable Mailbox; or cancel the email that waits."
    ),
)
def check(mailbox: Mailbox, thresholds: Thresholds) -> Verdict:
    """Names the senders behind email-pending-send, those that are not in use included."""
    if mailbox.email_waits is False:
        return NotApplicable("No email waits for the mailbox.")
    sends = outgoing(mailbox)
    evidence = mailbox.evidence("active", "outgoing_method", "enabled_for_outgoing")
    if all_of([mailbox.active, sends.in_use, sends.enabled]):
        if mailbox.email_waits is not True:
            return NotApplicable("The mailbox is enabled to send: no email waits because of it.")
        return Pass("The mailbox is active and enabled to send.", evidence)
    known(mailbox.email_waits)
    if mailbox.active is False:
        why = "is deactivated"
    elif sends.in_use is False:
        why = "does not send by server-side synchronization"
    else:
        why = "is not enabled for outgoing email"
    return Fail(
        f"Email has waited for more than {duration(thresholds[AGE.name])} for this sender, whose "
        f"mailbox {why}.",
        mailbox.evidence("email_waits") + evidence,
    )
