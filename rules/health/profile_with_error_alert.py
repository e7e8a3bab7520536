"""profile-with-error-alert: the alert wall holds an error of this very profile."""

from rules.facts import EmailServerProfile
from rules.health.open_error_alerts import WINDOW
from rules.rule import rule
from rules.thresholds import Thresholds, duration
from rules.unknown import known
from rules.verdict import Fail, Pass, Verdict


@rule(
    id="profile-with-error-alert",
    title="An error of the email server profile is on the alert wall",
    kind="health",
    severity="warning",
    population="in-use",
    thresholds=(WINDOW,),
    source="https://learn.microsoft.com/power-platform/admin/troubleshooting-monitoring-server-side-synchronization",
    remedy="Read the alerts of the profile, mend what they name, then test its mailboxes.",
)
def check(profile: EmailServerProfile, thresholds: Thresholds) -> Verdict:
    """What stops a profile stops all its mailboxes, so its own alerts are worth a look first."""
    window = duration(thresholds[WINDOW.name])
    evidence = profile.seen("open_error_alert")
    if known(profile.open_error_alert):
        message = f"An error alert of the profile was written or repeated in the last {window}"
        cause = known(profile.alert_cause)
        if cause is None:
            return Fail(f"{message}; its code is not one that the audit recognises.", evidence)
        return Fail(
            f"{message}: {cause.says}.",
            evidence + profile.seen("alert_cause"),
            remedy=cause.remedy,
        )
    return Pass(
        f"No error alert of the profile was written or repeated in the last {window}.", evidence
    )
