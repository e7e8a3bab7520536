"""no-alert-email-for-profile: nobody is written to when most mailboxes of a profile fail."""

from rules.facts import EmailServerProfile
from rules.rule import rule
from rules.unknown import any_of, negated
from rules.verdict import Fail, Pass, Verdict


@rule(
    id="no-alert-email-for-profile",
    title="Nobody gets an email when many mailboxes of the profile fail",
    kind="health",
    severity="note",
    effect="advice",
    population="in-use",
    source="https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/emailserverprofile",
    remedy=(
        "Switch on Send an alert email to the owner of the email server profile, and give the "
        "owner an address."
    ),
)
def check(profile: EmailServerProfile) -> Verdict:
    """The email goes to the owner when more than half of the mailboxes failed within an hour."""
    evidence = profile.evidence("sends_alert_email", "has_alert_address")
    if any_of([negated(profile.sends_alert_email), negated(profile.has_alert_address)]):
        off = profile.sends_alert_email is False
        why = "alert emails are off" if off else "the owner has no address for them"
        return Fail(
            f"Nobody gets an email when mailboxes of the profile fail: {why}.",
            evidence,
            remedy=_remedy(profile),
        )
    return Pass("The owner gets an email when many mailboxes of the profile fail.", evidence)


def _remedy(profile: EmailServerProfile) -> str | None:
    """What is left to do where one of the two is done; None: the rule's own."""
    if profile.has_alert_address is True:
        return "Switch on Send an alert email to the owner of the email server profile."
    if profile.sends_alert_email is True:
        return "Give the owner of the email server profile an address for its alerts."
    return None
