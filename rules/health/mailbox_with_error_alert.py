"""mailbox-with-error-alert: the alert wall holds an error of this very mailbox."""

from msgspec.structs import replace

from rules.alert_remedies import remedy_for
from rules.error_alert import has_passed, judge_error_alert
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
    effect="degrades",
    thresholds=(WINDOW,),
    source="https://learn.microsoft.com/power-platform/admin/troubleshooting-monitoring-server-side-synchronization",
    remedy="Read the alerts of the mailbox, fix what they name, then Test & Enable Mailbox.",
)
def check(mailbox: Mailbox, thresholds: Thresholds) -> Verdict:
    """Names the mailbox and, by the code of the alert, the cause; never the alert's words.

    An alert that a later success followed does not persist. One on a single message is then a
    note: the mailbox goes on, and that message stays behind.
    """
    if known(mailbox.open_error_alert) and known(has_passed(mailbox)):
        evidence = mailbox.evidence("open_error_alert", "alert_has_passed", "since_success_s")
        cause = known(mailbox.alert_cause)
        if cause is not None and cause.of_one_message:
            return Fail(
                f"The mailbox has synchronized since its last error alert: {cause.says}.",
                evidence + mailbox.evidence("alert_cause"),
                severity="note",
                remedy=remedy_for(cause, mailbox),
                effect="advice",
            )
        return Pass("The mailbox has synchronized since its last error alert.", evidence)
    verdict = judge_error_alert(mailbox, "mailbox", duration(thresholds[WINDOW.name]))
    if not isinstance(verdict, Fail):
        return verdict
    return replace(verdict, evidence=verdict.evidence + mailbox.evidence("alert_has_passed"))
