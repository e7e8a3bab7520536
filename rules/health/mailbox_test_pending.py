"""mailbox-test-pending: Test & Enable was asked for and has not ended."""

from rules.facts import Mailbox
from rules.rule import rule
from rules.thresholds import HOUR, Threshold, Thresholds, duration
from rules.unknown import known
from rules.verdict import Fail, Pass, Verdict

OVERDUE = Threshold(
    name="mailbox_test_overdue",
    default=HOUR,
    meaning="a scheduled test of a mailbox that was due longer ago hangs",
    fact="test_overdue",
)


@rule(
    id="mailbox-test-pending",
    title="A test of the mailbox is scheduled and has not completed",
    kind="health",
    severity="warning",
    effect="advice",
    repair="test",
    thresholds=(OVERDUE,),
    source="https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/mailbox",
    remedy=(
        "Wait some minutes and look again. A test that stays scheduled for more than an hour "
        "hangs: start it anew and, on premises, see that the asynchronous service runs."
    ),
)
def check(mailbox: Mailbox, thresholds: Thresholds) -> Verdict:
    """A note, unless the record tells that the test was due long ago."""
    evidence = mailbox.evidence("test_scheduled")
    if not known(mailbox.test_scheduled):
        return Pass("No test of the mailbox is waiting.", evidence)
    if mailbox.test_overdue is True:
        return Fail(
            "A test of the mailbox was due more than "
            f"{duration(thresholds[OVERDUE.name])} ago and has not completed.",
            mailbox.evidence("test_scheduled", "test_overdue"),
        )
    return Fail(
        "A test of the mailbox is scheduled and has not completed yet.", evidence, severity="note"
    )
