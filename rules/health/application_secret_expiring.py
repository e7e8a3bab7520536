"""application-secret-expiring: the secret that a whole profile signs in with runs out."""

from rules.counting import counted
from rules.directions import by_application
from rules.facts import EmailServerProfile
from rules.rule import rule
from rules.thresholds import Threshold, Thresholds
from rules.unknown import known
from rules.verdict import Fail, NotApplicable, Pass, Verdict

DAYS = Threshold(
    name="application_secret_days",
    default=30,
    meaning="an application credential with fewer days left is a warning",
    unit="number",
)


@rule(
    id="application-secret-expiring",
    title="The application credential of the profile has run out or soon will",
    kind="health",
    severity="error",
    effect="stops",
    inferred=True,
    population="in-use",
    thresholds=(DAYS,),
    source="https://learn.microsoft.com/power-platform/admin/connect-exchange-online-server-profile-oauth",
    remedy=(
        "Let an Application administrator give the application a new secret or certificate in "
        "Microsoft Entra (App registrations) and enter it in the profile, or use a managed "
        "identity."
    ),
)
def check(profile: EmailServerProfile, thresholds: Thresholds) -> Verdict:
    """When it runs out, all mailboxes of the profile stop at once."""
    days = known(profile.application_secret_days_left)
    if days is None:
        return NotApplicable("The profile signs in without an application credential.")
    evidence = profile.evidence("application_secret_days_left")
    if days <= 0:
        return Fail(
            "The application credential of the profile has run out.",
            evidence,
            directions=by_application(profile),
        )
    message = f"The application credential of the profile has {counted(days, 'day', 'days')} left."
    if days < thresholds[DAYS.name]:
        return Fail(message, evidence, severity="warning", effect="ends")
    return Pass(message, evidence)
