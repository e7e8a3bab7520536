"""gmail-password-authentication: Gmail is reached without OAuth 2.0."""

from rules.dates import Dates
from rules.directions import directions_where, evidence_of, named, names_of
from rules.email_systems import Product
from rules.facts import Connection, EmailServerProfile
from rules.option_sets import CredentialRetrieval
from rules.providers import is_product
from rules.retirement import judge_retirement
from rules.rule import rule
from rules.sign_in_remedies import GMAIL
from rules.unknown import Unknown, both, is_one_of, negated
from rules.verdict import NotApplicable, Pass, Verdict

ID = "gmail-password-authentication"


@rule(
    id=ID,
    title="Gmail is reached with an account's password, which it refuses",
    kind="lifecycle",
    severity="error",
    effect="stops",
    repair="sign-in",
    inferred=True,
    population="in-use",
    source="https://learn.microsoft.com/power-platform/admin/connect-gmail-oauth2",
    remedy=f"{GMAIL} Where app passwords are in use, waive this rule.",
)
def check(profile: EmailServerProfile, dates: Dates) -> Verdict:
    """Gmail OAuth is the one way that the profile documents; an app password cannot be seen."""
    if not directions_where(profile, _is_gmail):
        return NotApplicable("The profile does not use Gmail.")
    oauth = CredentialRetrieval.GMAIL_OAUTH
    sides = directions_where(
        profile,
        lambda each: both(_is_gmail(each), negated(is_one_of(each.credential_retrieval, oauth))),
    )
    fields = ("product", "credential_retrieval")
    if sides:
        return judge_retirement(
            dates,
            ID,
            f"The profile signs in to Gmail without OAuth ({named(sides)}).",
            evidence_of(sides, *fields),
            directions=names_of(sides),
        )
    return Pass(
        "The profile signs in to Gmail by OAuth.", evidence_of(profile.connections, *fields)
    )


def _is_gmail(connection: Connection) -> bool | Unknown:
    return is_product(connection, Product.GMAIL)
