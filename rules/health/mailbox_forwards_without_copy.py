"""mailbox-forwards-without-copy: nothing ever lies in the mailbox that is to be read."""

from rules.facts import Mailbox, Organization
from rules.rule import rule
from rules.scope import in_unread_tenant, is_in_unread_tenant
from rules.unknown import known
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="mailbox-forwards-without-copy",
    title="All email of the mailbox is forwarded, and no copy stays",
    kind="health",
    severity="error",
    effect="stops",
    repair="forwarding",
    source="https://learn.microsoft.com/troubleshoot/power-platform/dataverse/email-exchange-synchronization/emails-not-automatically-tracked-or-synchronized",
    remedy=(
        "Keep a copy in the mailbox (`Set-Mailbox ADDRESS -DeliverToMailboxAndForward $true`, by "
        "an Exchange administrator), or stop the forwarding."
    ),
)
def check(mailbox: Mailbox, organization: Organization) -> Verdict:
    """Whoever gets it, inside or outside, the mailbox itself is empty for good.

    Forwarding to the outside has a statement besides: mailbox-points-to-external-server.
    """
    if not known(mailbox.synchronizes_incoming):
        return NotApplicable("Incoming email is not by server-side synchronization.")
    profile = known(mailbox.profile)
    if profile is None:
        return NotApplicable("The mailbox has no email server profile.")
    if not known(profile.incoming.reaches_exchange_online):
        return NotApplicable("The profile does not read Exchange Online.")
    if is_in_unread_tenant(organization, profile):
        return in_unread_tenant(profile)
    evidence = mailbox.exchange.evidence("forwards_without_copy")
    keeps_nothing = known(mailbox.exchange.forwards_without_copy)
    if keeps_nothing is None:
        return NotApplicable("Exchange Online has no such mailbox, so nothing of it is forwarded.")
    if keeps_nothing:
        return Fail(
            "All email of the mailbox is forwarded and no copy stays, so there is nothing to "
            "synchronize.",
            evidence,
        )
    return Pass("Email stays in the mailbox.", evidence)
