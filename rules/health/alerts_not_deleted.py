"""alerts-not-deleted: alerts that outlived the age at which they should be gone."""

from rules.counting import counted
from rules.facts import Alerts, Organization
from rules.rule import rule
from rules.unknown import known
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="alerts-not-deleted",
    title="Old alerts are not deleted",
    kind="health",
    severity="note",
    effect="advice",
    source="https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/organization",
    remedy="Delete the old alerts in bulk and see why the daily clean-up does not run.",
)
def check(organization: Organization, alerts: Alerts) -> Verdict:
    """The organisation names the age at which alerts are deleted; twice that age is a fault."""
    days = known(organization.alert_retention_days)
    if days is None:
        return NotApplicable("The organisation names no age at which alerts are deleted.")
    oldest = known(alerts.oldest_age_days)
    evidence = alerts.evidence("oldest_age_days") + organization.evidence("alert_retention_days")
    if oldest is None:
        return Pass("There are no alerts.", evidence)
    if oldest > 2 * days:
        return Fail(
            f"The oldest alert is {oldest} days old, though alerts are to be deleted after {days}.",
            evidence,
        )
    return Pass(f"The oldest alert is {counted(oldest, 'day', 'days')} old.", evidence)
