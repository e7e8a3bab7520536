"""on-premises-with-exchange-online-end-of-support: a pair whose support ends by version."""

from rules.dates import Dates
from rules.directions import evidence_of
from rules.facts import EmailServerProfile, Organization
from rules.retirement import judge_retirement
from rules.rule import rule
from rules.scope import directions_online, on_premises_reaching_exchange_online
from rules.unknown import known
from rules.verdict import NotApplicable, Verdict

ID = "on-premises-with-exchange-online-end-of-support"


@rule(
    id=ID,
    title="Support of Dynamics 365 (on-premises) with Exchange Online has ended, or is ending",
    kind="lifecycle",
    severity="error",
    effect="unsupported",
    population="in-use",
    source="https://learn.microsoft.com/dynamics365/customerengagement/on-premises/admin/connect-dynamics-365-on-premises-exchange-online",
    remedy="Move the mailboxes to Exchange Server, or move to Dynamics 365 online.",
)
def check(profile: EmailServerProfile, organization: Organization, dates: Dates) -> Verdict:
    """The day differs by the version of Dynamics; the page speaks of v8.0 and v9.0."""
    if not on_premises_reaching_exchange_online(organization, profile):
        return NotApplicable("This is not Dynamics 365 (on-premises) with Exchange Online.")
    version = known(organization.version)
    line = str(version[0]) if version else ""
    if not dates[ID].about(line):
        return NotApplicable("No day is published for this version with Exchange Online.")
    return judge_retirement(
        dates,
        ID,
        f"Dynamics 365 (on-premises) {line} reads Exchange Online through this profile.",
        evidence_of(profile.connections, "reaches_exchange_online")
        + organization.evidence("deployment", "version"),
        subject=line,
        directions=directions_online(profile),
    )
