"""mailbox-locked: a mailbox that one host took up and never gave back."""

from rules.facts import Mailbox, Organization
from rules.rule import rule
from rules.thresholds import HOUR, Threshold, Thresholds, duration
from rules.unknown import known
from rules.verdict import Fail, Pass, Undetermined, Verdict

LOCKED = Threshold(
    name="mailbox_locked",
    default=HOUR,
    meaning="a mailbox that a host has held for longer since its last attempt is a warning",
    fact="since_attempt_s",
)

UNLOCK = (
    "Test & Enable Mailbox. Let the organisation unlock such mailboxes by itself "
    "(IsMailboxForcedUnlockingEnabled). On premises, restart the asynchronous service of that host."
)


@rule(
    id="mailbox-locked",
    title="The mailbox is held by a host that does not process it",
    kind="health",
    severity="warning",
    effect="stops",
    repair="test",
    thresholds=(LOCKED,),
    source="https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/mailbox",
    remedy=("Test & Enable Mailbox. On premises, restart the asynchronous service of that host."),
)
def check(mailbox: Mailbox, organization: Organization, thresholds: Thresholds) -> Verdict:
    """A host holds a mailbox while it processes it, so only a lock that lasts is a fault."""
    evidence = mailbox.evidence("locked_by_host", "since_attempt_s")
    if not known(mailbox.locked_by_host):
        return Pass("No host holds the mailbox.", evidence)
    age_s = known(mailbox.since_attempt_s)
    if age_s is None:
        return Undetermined(
            "A host holds the mailbox, and no attempt to process it is on record.",
            "Audit again after a quarter of an hour.",
            evidence=evidence,
        )
    limit_s = thresholds[LOCKED.name]
    if age_s < limit_s:
        return Pass("A host is processing the mailbox.", evidence)
    message = f"A host holds the mailbox, but last processed it more than {duration(limit_s)} ago"
    if organization.unlocks_stuck_mailboxes is False:
        return Fail(
            f"{message}; the organisation does not unlock such mailboxes by itself.",
            evidence + organization.evidence("unlocks_stuck_mailboxes"),
            remedy=UNLOCK,
        )
    return Fail(f"{message}.", evidence)
