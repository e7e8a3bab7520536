"""application-graph-permissions-missing: an application that cannot go on by Microsoft Graph."""

from rules.dates import Dates
from rules.directions import by_application
from rules.facts import EmailServerProfile, Organization
from rules.lifecycle.exchange_online_ews_retirement_of_applications import ID as RETIREMENT
from rules.rule import rule
from rules.scope import is_online
from rules.unknown import known
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="application-graph-permissions-missing",
    title="The profile's application lacks permissions of Microsoft Graph",
    kind="lifecycle",
    severity="error",
    effect="stops",
    inferred=True,
    population="in-use",
    source="https://learn.microsoft.com/power-platform/admin/connect-exchange-online-server-profile-oauth",
    remedy=(
        "Let a Global administrator or Privileged Role administrator of the mail tenant give the "
        "application the Microsoft Graph application permissions that are missing, with consent: "
        "run Microsoft's script Grant-SssGraphApplicationPermissions.ps1, or "
        "`New-MgServicePrincipalAppRoleAssignment` for each."
    ),
)
def check(profile: EmailServerProfile, organization: Organization, dates: Dates) -> Verdict:
    """Needed since Exchange Web Services end: a warning before that day, an error from it on."""
    if not known(is_online(organization)):
        return NotApplicable("On premises no profile signs in with an application of its own.")
    missing = known(profile.missing_graph_permissions)
    if missing is None:
        return NotApplicable("No application of Microsoft Entra reads Exchange Online here.")
    evidence = profile.evidence("missing_graph_permissions")
    (stopped,) = (step for step in dates[RETIREMENT].steps if step.effect == "stopped")
    if not missing:
        return Pass(
            "The application has every Microsoft Graph permission that server-side "
            "synchronization needs.",
            evidence,
        )
    lacks = f"The application lacks {len(missing)} of the Microsoft Graph permissions that "
    lacks += f"server-side synchronization needs: {', '.join(missing)}."
    evidence += dates.evidence(RETIREMENT, stopped)
    if stopped.standing(dates.as_of) == "past":
        return Fail(
            f"{lacks} Exchange Web Services, which needed none of them, ended on "
            f"{stopped.date.isoformat()}.",
            evidence,
            directions=by_application(profile),
            foreseen=dates.foresees(stopped),
        )
    return Fail(
        f"{lacks} Exchange Web Services, which need none of them, end on "
        f"{stopped.date.isoformat()}.",
        evidence,
        severity="warning",
        effect="ends",
    )
