"""processing-postponed: a mailbox that is put off for longer than the pause between cycles."""

from rules.explained import explained
from rules.facts import Mailbox, Organization
from rules.rule import rule
from rules.thresholds import DAY, HOUR, Threshold, Thresholds, duration
from rules.unknown import known
from rules.verdict import Fail, Pass, Verdict

POSTPONED = Threshold(
    name="processing_postponed",
    default=HOUR,
    meaning="a mailbox whose processing is put off for longer is an error; 5 minutes are normal",
    fact="postponed_for_s",
)
POSTPONED_WITH_BACK_OFF = Threshold(
    name="processing_postponed_with_back_off",
    default=DAY,
    meaning="the same, where the organisation looks at inactive mailboxes less often",
    fact="postponed_for_s",
)


@rule(
    id="processing-postponed",
    title="Processing of the mailbox is put off",
    kind="health",
    severity="error",
    effect="stops",
    repair="test",
    decisive=True,
    thresholds=(POSTPONED, POSTPONED_WITH_BACK_OFF),
    source="https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/mailbox",
    remedy="Find the error that put it off in the mailbox's alerts, fix it, then test again.",
)
def check(mailbox: Mailbox, organization: Organization, thresholds: Thresholds) -> Verdict:
    """Some minutes ahead is what every cycle leaves behind; an hour tells of an error."""
    ahead_s = known(mailbox.postponed_for_s)
    evidence = mailbox.evidence("postponed_for_s")
    if ahead_s is None:
        return Pass("Processing of the mailbox is not put off.", evidence)
    limit_s = thresholds[POSTPONED.name]
    evidence += organization.evidence("backs_off_inactive_mailboxes")
    patient_s = max(limit_s, thresholds[POSTPONED_WITH_BACK_OFF.name])
    if ahead_s >= limit_s and (
        ahead_s >= patient_s or not known(organization.backs_off_inactive_mailboxes)
    ):
        reached_s = patient_s if ahead_s >= patient_s else limit_s
        fail = Fail(
            f"Processing of the mailbox is put off for more than {duration(reached_s)}.", evidence
        )
        return explained(fail, mailbox)
    return Pass("Processing of the mailbox is put off for no longer than is usual.", evidence)
