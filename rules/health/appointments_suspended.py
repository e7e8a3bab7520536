"""appointments-suspended: appointments wait for a date that somebody once set."""

from rules import bearing
from rules.facts import Organization
from rules.rule import rule
from rules.unknown import known
from rules.verdict import Fail, Pass, Verdict


@rule(
    id="appointments-suspended",
    title="Appointments, contacts and tasks wait for a date in the future",
    kind="health",
    severity="warning",
    effect="stops",
    bears_on=bearing.appointments,
    source="https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/organization",
    remedy="Clear the organisation's date before which appointments are not synchronized.",
)
def check(organization: Organization) -> Verdict:
    """Until that date no mailbox of the organisation synchronizes them."""
    evidence = organization.evidence("appointments_suspended")
    if known(organization.appointments_suspended):
        return Fail(
            "Appointments, contacts and tasks are not synchronized before a date that is still "
            "to come.",
            evidence,
        )
    return Pass("Appointments, contacts and tasks wait for no date.", evidence)
