"""repeated-synchronization-errors: the same mailbox errs cycle after cycle."""

from rules.explained import explained
from rules.facts import Mailbox
from rules.repeated_errors import errs_repeatedly
from rules.rule import rule
from rules.thresholds import Threshold, Thresholds
from rules.unknown import known
from rules.verdict import Fail, NotApplicable, Pass, Verdict

ERRORS = Threshold(
    name="repeated_synchronization_errors",
    default=3,
    meaning="so many synchronization errors in a row are a warning",
    unit="number",
    fact="sync_error_count",
)


@rule(
    id="repeated-synchronization-errors",
    title="Synchronization of the mailbox fails again and again",
    kind="health",
    severity="warning",
    effect="degrades",
    thresholds=(ERRORS,),
    source="https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/mailbox",
    remedy="Read the last synchronization error and the alerts of the mailbox, then fix the cause.",
)
def check(mailbox: Mailbox, thresholds: Thresholds) -> Verdict:
    """Errors before the last success are over; passing failures are judged apart."""
    if mailbox.transient_failures is True:
        return NotApplicable("The failures are passing ones: transient-failures judges those.")
    limit = thresholds[ERRORS.name]
    evidence = mailbox.evidence("sync_error_count", "error_after_success")
    if known(errs_repeatedly(mailbox, limit)):
        known(mailbox.transient_failures)
        fail = Fail(
            f"At least {limit} errors in a row, the last one after the last success.", evidence
        )
        return explained(fail, mailbox)
    return Pass("No synchronization error repeats.", evidence)
