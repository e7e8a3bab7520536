"""transient-failures: passing errors that come again and again until the mailbox is disabled."""

from rules.explained import explained
from rules.facts import Mailbox
from rules.repeated_errors import errs_repeatedly
from rules.rule import rule
from rules.thresholds import Threshold, Thresholds
from rules.unknown import both, known
from rules.verdict import Fail, Pass, Verdict

ERRORS = Threshold(
    name="transient_failures_errors",
    default=3,
    meaning="so many synchronization errors in a row make passing failures a warning",
    unit="number",
    fact="sync_error_count",
)


@rule(
    id="transient-failures",
    title="Synchronization of the mailbox keeps failing for passing reasons",
    kind="health",
    severity="warning",
    effect="degrades",
    thresholds=(ERRORS,),
    source="https://learn.microsoft.com/power-platform/admin/troubleshooting-monitoring-server-side-synchronization",
    remedy=(
        "Look at the mailbox's alerts: passing errors that do not end disable the mailbox after "
        "ten tries."
    ),
)
def check(mailbox: Mailbox, thresholds: Thresholds) -> Verdict:
    """The counter of failures is several counters written as one, so it never decides alone."""
    limit = thresholds[ERRORS.name]
    evidence = mailbox.evidence("transient_failures", "sync_error_count", "error_after_success")
    if known(both(mailbox.transient_failures, errs_repeatedly(mailbox, limit))):
        fail = Fail(
            f"At least {limit} errors in a row, the last one after the last success.", evidence
        )
        return explained(fail, mailbox)
    return Pass("No passing error keeps coming back.", evidence)
