"""dynamics-end-of-support: this version of Dynamics 365 (on-premises) gets no more fixes."""

from rules.dates import Dates
from rules.facts import Organization
from rules.retirement import judge_retirement
from rules.rule import rule
from rules.scope import is_on_premises
from rules.unknown import known
from rules.verdict import NotApplicable, Undetermined, Verdict

ID = "dynamics-end-of-support"


@rule(
    id=ID,
    title="Microsoft no longer supports this version of Dynamics 365, or soon will not",
    kind="lifecycle",
    severity="error",
    effect="unsupported",
    source="https://learn.microsoft.com/lifecycle/products/",
    remedy=(
        "Upgrade to Dynamics 365 Customer Engagement (on-premises) 9.1, or move to Dynamics 365 "
        "online."
    ),
)
def check(organization: Organization, dates: Dates) -> Verdict:
    """The first number of the version names the line; Dynamics 365 (online) has no such end.

    The end of mainstream support is a warning: security updates go on to the end of support.
    """
    if not known(is_on_premises(organization)):
        return NotApplicable("Dynamics 365 (online) is kept up to date by Microsoft.")
    version = known(organization.version)
    told = ".".join(str(part) for part in version)
    line = told.partition(".")[0]
    evidence = organization.evidence("version", "deployment")
    if not dates[ID].about(line):
        return Undetermined(
            f"No end of support is on file for version {told}.",
            "Look the version up in the Microsoft product lifecycle.",
            evidence=evidence,
        )
    return judge_retirement(
        dates, ID, f"Dynamics 365 (on-premises) is at version {told}.", evidence, line
    )
