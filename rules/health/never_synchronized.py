"""never-synchronized: a mailbox that was enabled and has not worked once since."""

from rules.explained import explained
from rules.facts import Mailbox
from rules.rule import rule
from rules.thresholds import HOUR, Threshold, Thresholds, duration
from rules.unknown import both, either, known
from rules.verdict import Fail, NotApplicable, Pass, Verdict

AFTER_TEST = Threshold(
    name="never_synchronized_after_test",
    default=HOUR,
    meaning="a mailbox must have synchronized once when this has passed since its test",
    fact="since_test_s",
)


@rule(
    id="never-synchronized",
    title="The mailbox is enabled but has never synchronized",
    kind="health",
    severity="error",
    thresholds=(AFTER_TEST,),
    source="https://learn.microsoft.com/power-platform/admin/troubleshooting-monitoring-server-side-synchronization",
    remedy=(
        "Read the alerts of the mailbox, mend what they name, then Test & Enable Mailbox. On "
        "premises, see that the asynchronous service runs."
    ),
)
def check(mailbox: Mailbox, thresholds: Thresholds) -> Verdict:
    """A mailbox that only sends leaves no mark; one tested a moment ago has yet to begin."""
    receives = both(mailbox.synchronizes_incoming, mailbox.enabled_for_incoming)
    appointments = both(mailbox.synchronizes_appointments, mailbox.enabled_for_act)
    if not known(either(receives, appointments)):
        return NotApplicable("Neither incoming email nor appointments are enabled.")
    evidence = mailbox.seen("since_success_s", "since_test_s")
    if known(mailbox.since_success_s) is not None:
        return Pass("The mailbox has synchronized successfully.", evidence)
    limit_s = thresholds[AFTER_TEST.name]
    since_test_s = known(mailbox.since_test_s)
    if since_test_s is not None and since_test_s < limit_s:
        return NotApplicable(f"It was tested less than {duration(limit_s)} ago.")
    fail = Fail("The mailbox is enabled, but no synchronization ever succeeded.", evidence)
    return explained(fail, mailbox)
