"""outlook-com-basic-authentication: a password for Outlook.com, MSN or Windows Live Mail."""

from rules.dates import Dates
from rules.directions import directions_where, evidence_of, named, names_of
from rules.email_systems import Product
from rules.facts import Connection, EmailServerProfile
from rules.password_sign_in import signs_in_with_password
from rules.providers import is_product
from rules.retirement import judge_retirement
from rules.rule import rule
from rules.unknown import Unknown, both
from rules.verdict import NotApplicable, Pass, Verdict

ID = "outlook-com-basic-authentication"


@rule(
    id=ID,
    title="Outlook.com, MSN or Windows Live Mail is reached with a password, which it refuses",
    kind="lifecycle",
    severity="error",
    effect="stops",
    repair="sign-in",
    inferred=True,
    population="in-use",
    source="https://support.microsoft.com/office/modern-authentication-methods-now-needed-to-continue-syncing-outlook-email-in-non-microsoft-email-apps-c5d65390-9676-4763-b41f-d7986499a90d",
    remedy=(
        "Move these mailboxes to Exchange: to Exchange Online with Dynamics 365 (online), else to "
        "Exchange Server. Server-side synchronization signs in to these providers with a password "
        "alone."
    ),
)
def check(profile: EmailServerProfile, dates: Dates) -> Verdict:
    """Goes by the provider that was established: Exchange Online shares one of its host names."""
    if not directions_where(profile, _is_consumer):
        return NotApplicable("The profile does not use Outlook.com, MSN or Windows Live Mail.")
    fields = ("product", "credential_retrieval", "authentication")
    sides = directions_where(
        profile, lambda each: both(_is_consumer(each), signs_in_with_password(each))
    )
    if sides:
        return judge_retirement(
            dates,
            ID,
            f"The profile signs in to a provider of Outlook.com with a password ({named(sides)}).",
            evidence_of(sides, *fields),
            directions=names_of(sides),
        )
    return Pass(
        "The profile signs in to Outlook.com without a password.",
        evidence_of(profile.connections, *fields),
    )


def _is_consumer(connection: Connection) -> bool | Unknown:
    return is_product(connection, Product.OUTLOOK_COM, Product.MSN, Product.WINDOWS_LIVE_MAIL)
