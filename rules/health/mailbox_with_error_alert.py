"""mailbox-with-error-alert: the alert wall holds an error of this very mailbox."""

from rules.alert_causes import AlertCause
from rules.alert_remedies import remedy_for
from rules.error_alert import judge_error_alert
from rules.facts import Mailbox
from rules.health.open_error_alerts import WINDOW
from rules.option_sets import TestStatus
from rules.rule import rule
from rules.thresholds import Thresholds, duration
from rules.unknown import Unknown, both, either, is_one_of, known, negated
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
    passed = both(mailbox.open_error_alert, mailbox.alert_has_passed, negated(_fails(mailbox)))
    if known(mailbox.open_error_alert) and known(passed):
        evidence = mailbox.evidence("open_error_alert", "alert_has_passed", "since_success_s")
        cause = mailbox.alert_cause
        if isinstance(cause, AlertCause) and cause.of_one_message:
            return Fail(
                f"The mailbox has synchronized since its last error alert: {cause.says}.",
                evidence + mailbox.evidence("alert_cause"),
                severity="note",
                remedy=remedy_for(cause, mailbox),
                effect="advice",
            )
        return Pass("The mailbox has synchronized since its last error alert.", evidence)
    return judge_error_alert(mailbox, "mailbox", duration(thresholds[WINDOW.name]))


def _fails(mailbox: Mailbox) -> bool | Unknown:
    """Whether a direction failed its last test: the success of another then says nothing of it."""
    failure = TestStatus.FAILURE
    return either(
        is_one_of(mailbox.incoming_status, failure), is_one_of(mailbox.act_status, failure)
    )
