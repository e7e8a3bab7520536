"""appointments-contacts-tasks-failed: the last test of appointments, contacts and tasks failed."""

from rules.facts import Mailbox
from rules.last_test import judge_last_test
from rules.mailbox_methods import appointments
from rules.rule import rule
from rules.verdict import Verdict


@rule(
    id="appointments-contacts-tasks-failed",
    title="Appointments, contacts and tasks failed their test and no longer synchronize",
    kind="health",
    severity="error",
    effect="stops",
    repair="test",
    decisive=True,
    source="https://learn.microsoft.com/power-platform/admin/troubleshooting-monitoring-server-side-synchronization",
    remedy=("Read the alerts of the mailbox, fix what they name, then Test & Enable Mailbox."),
)
def check(mailbox: Mailbox) -> Verdict:
    """Only where these are by server-side synchronization."""
    return judge_last_test(mailbox, appointments(mailbox))
