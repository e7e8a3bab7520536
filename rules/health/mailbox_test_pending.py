"""mailbox-test-pending: Test & Enable was asked for and has not ended."""

from rules.facts import Mailbox
from rules.rule import rule
from rules.unknown import known
from rules.verdict import Fail, Pass, Verdict


@rule(
    id="mailbox-test-pending",
    title="A test of the mailbox is scheduled and has not completed",
    kind="health",
    severity="note",
    source="https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/mailbox",
    remedy=(
        "Wait some minutes and look again. A test that stays scheduled for more than an hour "
        "hangs: start it anew and, on premises, see that the asynchronous service runs."
    ),
)
def check(mailbox: Mailbox) -> Verdict:
    """A note: the record does not tell since when the test is scheduled."""
    evidence = mailbox.seen("test_scheduled")
    if known(mailbox.test_scheduled):
        return Fail("A test of the mailbox is scheduled and has not completed yet.", evidence)
    return Pass("No test of the mailbox is waiting.", evidence)
