"""profile-with-error-alert: the alert wall holds an error of this very profile."""

from rules.error_alert import judge_error_alert
from rules.facts import EmailServerProfile
from rules.health.open_error_alerts import WINDOW
from rules.rule import rule
from rules.thresholds import Thresholds, duration
from rules.verdict import Verdict


@rule(
    id="profile-with-error-alert",
    title="An error of the email server profile is on the alert wall",
    kind="health",
    severity="warning",
    effect="degrades",
    population="in-use",
    thresholds=(WINDOW,),
    source="https://learn.microsoft.com/power-platform/admin/troubleshooting-monitoring-server-side-synchronization",
    remedy="Read the alerts of the profile, fix what they name, then test its mailboxes.",
)
def check(profile: EmailServerProfile, thresholds: Thresholds) -> Verdict:
    """What stops a profile stops all its mailboxes, so its own alerts are worth a look first."""
    return judge_error_alert(profile, "profile", duration(thresholds[WINDOW.name]))
