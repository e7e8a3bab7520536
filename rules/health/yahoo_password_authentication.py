"""yahoo-password-authentication: Yahoo! Mail takes an app password alone."""

from rules.directions import directions_where, evidence_of, named
from rules.email_systems import Product
from rules.facts import Connection, EmailServerProfile
from rules.password_sign_in import signs_in_with_password
from rules.providers import is_product
from rules.rule import rule
from rules.unknown import Unknown, both
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="yahoo-password-authentication",
    title="Yahoo! Mail is reached with a password, and takes an app password alone",
    kind="health",
    severity="warning",
    effect="advice",
    population="in-use",
    source="https://help.yahoo.com/kb/generate-manage-rd-party-passwords-sln15241.html",
    remedy=(
        "Make an app password in the security settings of each Yahoo! account and enter that. "
        "Where app passwords are in use, waive this rule."
    ),
)
def check(profile: EmailServerProfile) -> Verdict:
    """An app password cannot be told from the account's own; OAuth is there for Gmail alone."""
    if not directions_where(profile, _is_yahoo):
        return NotApplicable("The profile does not use Yahoo! Mail.")
    fields = ("product", "credential_retrieval", "authentication")
    sides = directions_where(
        profile, lambda each: both(_is_yahoo(each), signs_in_with_password(each))
    )
    if sides:
        return Fail(
            f"The profile signs in to Yahoo! Mail with a password ({named(sides)}), which works "
            "with an app password alone.",
            evidence_of(sides, *fields),
        )
    return Pass(
        "The profile signs in to Yahoo! Mail without a password.",
        evidence_of(profile.connections, *fields),
    )


def _is_yahoo(connection: Connection) -> bool | Unknown:
    return is_product(connection, Product.YAHOO_MAIL)
