"""mailbox-with-error-alert: the alert wall holds an error of this very mailbox."""

from rules.error_alert import judge_error_alert
from rules.facts import Mailbox
from rules.health.open_error_alerts import WINDOW
from rules.rule import rule
from rules.thresholds import Thresholds, duration
from rules.verdict import Verdict


@rule(
    id="mailbox-with-error-alert",
    title="An error of the mailbox is on the alert wall",
    kind="health",
    severity="warning",
    effect="degrades",
    thresholds=(WINDOW,),
    source="https://learn.microsoft.com/power-platform/admin/troubleshooting-monitoring-server-side-synchronization",
    remedy="Read the alerts of the mailbox, fix what they name, then Test & Enable Mailbox.",
)
def check(mailbox: Mailbox, thresholds: Thresholds) -> Verdict:
    """Names the mailbox and, by the code of the alert, the cause; never the alert's words."""
    return judge_error_alert(mailbox, "mailbox", duration(thresholds[WINDOW.name]))
