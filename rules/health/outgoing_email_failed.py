"""outgoing-email-failed: the last test of outgoing email failed."""

from rules.facts import Mailbox
from rules.last_test import judge_last_test
from rules.mailbox_methods import outgoing
from rules.rule import rule
from rules.verdict import Verdict


@rule(
    id="outgoing-email-failed",
    title="Outgoing email failed its test, so it stays in Pending Send",
    kind="health",
    severity="error",
    effect="stops",
    repair="test",
    decisive=True,
    source="https://learn.microsoft.com/power-platform/admin/troubleshooting-monitoring-server-side-synchronization",
    remedy=("Read the alerts of the mailbox, fix what they name, then Test & Enable Mailbox."),
)
def check(mailbox: Mailbox) -> Verdict:
    """Only where outgoing email is by server-side synchronization."""
    return judge_last_test(mailbox, outgoing(mailbox))
