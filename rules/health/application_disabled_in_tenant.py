"""application-disabled-in-tenant: the profile's own application gets no token."""

from rules.directions import by_application
from rules.facts import EmailServerProfile, Organization
from rules.rule import rule
from rules.scope import is_online
from rules.unknown import known
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="application-disabled-in-tenant",
    title="The mail tenant does not let the profile's application sign in",
    kind="health",
    severity="error",
    effect="stops",
    population="in-use",
    source="https://learn.microsoft.com/entra/identity-platform/reference-error-codes",
    remedy=(
        "Let a Cloud Application administrator of the mail tenant enable the profile's application "
        "in Microsoft Entra (Enterprise applications, Enabled for users to sign in). Where it is "
        "missing: `New-MgServicePrincipal -AppId ID`, with the application's id."
    ),
)
def check(profile: EmailServerProfile, organization: Organization) -> Verdict:
    """A disabled application is refused every token (AADSTS7000112), a missing one as well."""
    if not known(is_online(organization)):
        return NotApplicable("On premises no profile signs in with an application of its own.")
    may_sign_in = known(profile.application_may_sign_in)
    if may_sign_in is None:
        return NotApplicable("No application of Microsoft Entra reads Exchange Online here.")
    evidence = profile.evidence("application_may_sign_in")
    if may_sign_in:
        return Pass("The profile's application is switched on in the mail tenant.", evidence)
    return Fail(
        "The profile's application is missing or switched off in the mail tenant, so it gets no "
        "access to Exchange Online.",
        evidence,
        directions=by_application(profile),
    )
