"""inbox-rules-move-email: email that leaves the Inbox before Dynamics has read it."""

from rules.email_systems import Product, Protocol
from rules.facts import EmailServerProfile, Mailbox, Organization
from rules.rule import rule
from rules.unknown import Unknown, both, is_one_of, known, negated
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="inbox-rules-move-email",
    title="Inbox rules move email to folders that are not read",
    kind="health",
    severity="note",
    effect="degrades",
    source="https://learn.microsoft.com/troubleshoot/power-platform/dataverse/email-exchange-synchronization/emails-not-automatically-tracked-or-synchronized",
    remedy="Let the Inbox rules spare email that is to be tracked, or track their folders.",
)
def check(mailbox: Mailbox, organization: Organization) -> Verdict:
    """A note, for most such rules sort out what nobody wants tracked."""
    if not known(mailbox.synchronizes_incoming):
        return NotApplicable("Incoming email does not use server-side synchronization.")
    if known(_is_of_a_provider(known(mailbox.profile))):
        return NotApplicable("Email is read from a server that is no Exchange.")
    evidence = mailbox.exchange.evidence("inbox_rules_move_email")
    if not known(mailbox.exchange.inbox_rules_move_email):
        return Pass("No Inbox rule moves email away.", evidence)
    evidence += organization.evidence("folder_tracking_enabled")
    evidence += mailbox.evidence("has_folder_tracking_rules")
    if known(both(organization.folder_tracking_enabled, mailbox.has_folder_tracking_rules)):
        return Pass(
            "Inbox rules move email, and folders of the mailbox are tracked.",
            evidence,
        )
    return Fail("Inbox rules move email to folders that are not tracked.", evidence)


def _is_of_a_provider(profile: EmailServerProfile | None) -> bool | Unknown:
    """Whether email comes from a mail provider; what has Inbox rules is Exchange."""
    if profile is None:
        return False
    incoming = profile.incoming
    exchange = [each for each in Product if each.is_exchange]
    return both(
        negated(is_one_of(incoming.protocol, Protocol.EWS)),
        negated(is_one_of(incoming.product, *exchange)),
    )
