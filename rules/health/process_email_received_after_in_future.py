"""process-email-received-after-in-future: email is left alone until a date still to come."""

from rules.facts import Mailbox
from rules.rule import rule
from rules.unknown import any_of, known
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="process-email-received-after-in-future",
    title="Incoming email is ignored until a date in the future",
    kind="health",
    severity="warning",
    effect="stops",
    source="https://learn.microsoft.com/power-platform/admin/best-practices-server-side-synchronization",
    remedy="Set Process Email Received After to a date in the past, where it is in the future.",
)
def check(mailbox: Mailbox) -> Verdict:
    """The later of the profile's and the mailbox's date counts, so either is enough."""
    if not known(mailbox.synchronizes_incoming):
        return NotApplicable("Incoming email does not use server-side synchronization.")
    on_mailbox = mailbox.process_email_after_in_future
    if on_mailbox is True:
        return Fail(
            "The mailbox ignores email received before a date that is still to come.",
            mailbox.evidence("process_email_after_in_future"),
        )
    profile = known(mailbox.profile)
    if profile is None:
        known(on_mailbox)
        return Pass(
            "The mailbox names no date in the future.",
            mailbox.evidence("process_email_after_in_future"),
        )
    if any_of([on_mailbox, profile.process_email_after_in_future]):
        return Fail(
            "The mailbox's profile ignores email received before a date that is still to come.",
            mailbox.evidence("profile") + profile.evidence("process_email_after_in_future"),
        )
    return Pass(
        "Neither the mailbox nor its profile names a date in the future.",
        mailbox.evidence("process_email_after_in_future")
        + profile.evidence("process_email_after_in_future"),
    )
