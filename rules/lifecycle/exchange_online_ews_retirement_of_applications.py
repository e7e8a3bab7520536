"""exchange-online-ews-retirement-of-applications: a profile's own application and its list."""

from rules.dates import Dates
from rules.directions import evidence_of, names_of
from rules.facts import EmailServerProfile, Organization
from rules.option_sets import CredentialRetrieval
from rules.retirement import day_of
from rules.rule import rule
from rules.scope import directions_online_where, is_online
from rules.unknown import is_one_of, known
from rules.verdict import Fail, NotApplicable, Pass, Verdict

ID = "exchange-online-ews-retirement-of-applications"
RESTS = (
    "The profile reads Exchange Online over Exchange Web Services with an application of Microsoft "
    "Entra."
)


@rule(
    id=ID,
    title="The mail tenant does not let the profile's application use Exchange Web Services",
    kind="lifecycle",
    severity="error",
    effect="stops",
    inferred=True,
    population="in-use",
    source="https://learn.microsoft.com/power-platform/admin/connect-exchange-online-server-profile-oauth",
    remedy=(
        "Let an Exchange administrator of the mail tenant put the profile's application on the "
        "allow list (`Set-OrganizationConfig -EwsEnabled $true -EwsAllowedAppIDs`, with the "
        "application's id beside those on it)."
    ),
)
def check(profile: EmailServerProfile, organization: Organization, dates: Dates) -> Verdict:
    """Another tenant's application, and one of the company's own, still speak these services.

    Once they have ended, application-graph-permissions-missing says what takes their place.
    """
    entra = CredentialRetrieval.ENTRA_OAUTH
    by_application = known(is_online(organization)) and directions_online_where(
        profile, lambda each: is_one_of(each.credential_retrieval, entra)
    )
    if not by_application:
        return NotApplicable("No application of Microsoft Entra reads Exchange Online here.")
    pair = evidence_of(profile.connections, "credential_retrieval")
    blocked, stopped = (
        next(step for step in dates[ID].steps if step.effect == effect)
        for effect in ("blocked-unless-allowed", "stopped")
    )
    if stopped.standing(dates.as_of) == "past":
        return NotApplicable(f"Exchange Web Services ended on {stopped.date.isoformat()}.")
    evidence = pair + dates.evidence(ID, blocked, stopped)
    if blocked.standing(dates.as_of) == "soon":
        return Fail(
            f"{RESTS} {day_of(blocked)} {blocked.says}",
            evidence,
            severity="warning",
            effect="ends",
            directions=names_of(by_application),
        )
    if blocked.standing(dates.as_of) == "ahead":
        return Pass(
            f"{RESTS} Nothing of that ends within 180 days of {dates.as_of.isoformat()}.", evidence
        )
    switch, listed = profile.mail_tenant_ews_enabled, profile.application_allowed_for_ews
    if switch is False or switch is None:
        return Fail(
            f"{RESTS} The mail tenant has them switched off.",
            evidence + profile.evidence("mail_tenant_ews_enabled"),
            directions=names_of(by_application),
            foreseen=dates.foresees(blocked),
            inferred=switch is None,
        )
    seen = evidence + profile.evidence("mail_tenant_ews_enabled", "application_allowed_for_ews")
    if listed is False:
        return Fail(
            f"{RESTS} It is not on the mail tenant's allow list.",
            seen,
            directions=names_of(by_application),
            foreseen=dates.foresees(blocked),
        )
    known(switch)
    known(listed)
    return Pass(f"{RESTS} The mail tenant's allow list names it, and the switch is on.", seen)
