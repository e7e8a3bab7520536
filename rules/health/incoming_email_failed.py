"""incoming-email-failed: the last test of incoming email failed."""

from rules.facts import Mailbox
from rules.last_test import judge_last_test
from rules.mailbox_methods import incoming
from rules.rule import rule
from rules.verdict import Verdict


@rule(
    id="incoming-email-failed",
    title="Incoming email failed its test, so none reaches Dynamics 365",
    kind="health",
    severity="error",
    effect="stops",
    repair="test",
    decisive=True,
    source="https://learn.microsoft.com/power-platform/admin/troubleshooting-monitoring-server-side-synchronization",
    remedy=("Read the alerts of the mailbox, fix what they name, then Test & Enable Mailbox."),
)
def check(mailbox: Mailbox) -> Verdict:
    """Only where incoming email is by server-side synchronization."""
    return judge_last_test(mailbox, incoming(mailbox))
