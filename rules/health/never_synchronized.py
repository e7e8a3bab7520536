"""never-synchronized: a mailbox that was enabled and has not worked once since."""

from rules.explained import explained
from rules.facts import Mailbox
from rules.mailbox_methods import Method, appointments, incoming
from rules.option_sets import TestStatus
from rules.rule import rule
from rules.thresholds import HOUR, Threshold, Thresholds, duration
from rules.unknown import Unknown, both, either, is_one_of, known, negated
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
    effect="stops",
    repair="test",
    decisive=True,
    thresholds=(AFTER_TEST,),
    source="https://learn.microsoft.com/power-platform/admin/troubleshooting-monitoring-server-side-synchronization",
    remedy=(
        "Read the alerts of the mailbox, fix what they name, then Test & Enable Mailbox. On "
        "premises, see that the asynchronous service runs."
    ),
)
def check(mailbox: Mailbox, thresholds: Thresholds) -> Verdict:
    """A mailbox that only sends leaves no mark; one tested a moment ago has yet to begin.

    Until then it works by its test. By Microsoft's page on mailboxes the status Success says that
    email can be received and sent and appointments synchronized (Create forward mailboxes or edit
    mailboxes, text of 2025-11-19).
    """
    used = (incoming(mailbox), appointments(mailbox))
    if not known(either(*(both(each.in_use, each.enabled) for each in used))):
        return NotApplicable("Neither incoming email nor appointments are enabled.")
    evidence = mailbox.evidence("since_success_s", "since_test_s")
    if known(mailbox.since_success_s) is not None:
        return Pass("The mailbox has synchronized successfully.", evidence)
    if either(*map(_was_tested, used)) is False:
        return NotApplicable("No test of it has run: mailbox-never-tested judges that.")
    limit_s = thresholds[AFTER_TEST.name]
    since_test_s = known(mailbox.since_test_s)
    if since_test_s is not None and since_test_s < limit_s:
        return NotApplicable(f"It was tested less than {duration(limit_s)} ago.")
    fail = Fail("The mailbox is enabled, but no synchronization ever succeeded.", evidence)
    return explained(fail, mailbox)


def _was_tested(method: Method) -> bool | Unknown:
    """Whether it is enabled and a test of it has run."""
    run = negated(is_one_of(method.status, TestStatus.NOT_RUN))
    return both(method.in_use, method.enabled, run)
