"""alerts-switched-off: errors and warnings of synchronization leave no trace."""

from rules.facts import Organization
from rules.rule import rule
from rules.unknown import all_of
from rules.verdict import Fail, Pass, Verdict


@rule(
    id="alerts-switched-off",
    title="Alerts of server-side synchronization are switched off",
    kind="health",
    severity="warning",
    effect="advice",
    source="https://learn.microsoft.com/power-platform/admin/settings-email",
    remedy="Switch on alerts for errors and for warnings in the email settings.",
)
def check(organization: Organization) -> Verdict:
    """Errors and warnings have a switch each; one that is off is enough."""
    switches = {
        "errors": organization.generates_alerts_for_errors,
        "warnings": organization.generates_alerts_for_warnings,
    }
    evidence = organization.evidence("generates_alerts_for_errors", "generates_alerts_for_warnings")
    if not all_of(switches.values()):
        off = " and ".join(name for name, on in switches.items() if on is False)
        return Fail(f"No alerts are written for {off} of synchronization.", evidence)
    return Pass("Alerts are written for errors and for warnings.", evidence)
