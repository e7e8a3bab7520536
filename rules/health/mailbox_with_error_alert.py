"""mailbox-with-error-alert: the alert wall holds an error of this very mailbox."""

from rules.facts import Mailbox
from rules.health.open_error_alerts import WINDOW
from rules.rule import rule
from rules.thresholds import Thresholds, duration
from rules.unknown import known
from rules.verdict import Fail, Pass, Verdict


@rule(
    id="mailbox-with-error-alert",
    title="An error of the mailbox is on the alert wall",
    kind="health",
    severity="warning",
    thresholds=(WINDOW,),
    source="https://learn.microsoft.com/power-platform/admin/troubleshooting-monitoring-server-side-synchronization",
    remedy="Read the alerts of the mailbox, mend what they name, then Test & Enable Mailbox.",
)
def check(mailbox: Mailbox, thresholds: Thresholds) -> Verdict:
    """Names the mailbox and, by the code of the alert, the cause; never the alert's words."""
    window = duration(thresholds[WINDOW.name])
    evidence = mailbox.seen("open_error_alert")
    if known(mailbox.open_error_alert):
        message = f"An error alert of the mailbox was written or repeated in the last {window}"
        cause = known(mailbox.alert_cause)
        if cause is None:
            return Fail(f"{message}; its code is not one that the audit recognises.", evidence)
        return Fail(
            f"{message}: {cause.says}.",
            evidence + mailbox.seen("alert_cause"),
            remedy=cause.remedy,
        )
    return Pass(
        f"No error alert of the mailbox was written or repeated in the last {window}.", evidence
    )
