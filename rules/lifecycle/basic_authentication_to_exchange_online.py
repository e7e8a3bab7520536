"""basic-authentication-to-exchange-online: mail is read from Exchange Online with a password."""

from rules.dates import Dates
from rules.directions import directions_where, evidence_of, named, names_of
from rules.email_systems import Product, Protocol
from rules.facts import Connection, EmailServerProfile
from rules.password_sign_in import signs_in_with_password
from rules.retirement import judge_retirement
from rules.rule import rule
from rules.unknown import Unknown, both, either, is_one_of
from rules.verdict import NotApplicable, Pass, Verdict

ID = "basic-authentication-to-exchange-online"


@rule(
    id=ID,
    title="Exchange Online is reached with a password, which it refuses",
    kind="lifecycle",
    severity="error",
    effect="stops",
    repair="sign-in",
    inferred=True,
    population="in-use",
    source="https://learn.microsoft.com/power-platform/admin/use-basic-authentication-exchange-online",
    remedy=(
        "Move the mailboxes to the Microsoft Exchange Online profile, which signs in "
        "server-to-server, or to a profile with OAuth; then test and enable them."
    ),
)
def check(profile: EmailServerProfile, dates: Dates) -> Verdict:
    """Exchange Web Services, POP3 and IMAP; submission over SMTP has dates of its own."""
    if not directions_where(profile, _reads):
        return NotApplicable("The profile does not read from Exchange Online.")
    fields = ("product", "credential_retrieval", "authentication")
    sides = directions_where(profile, lambda each: both(_reads(each), signs_in_with_password(each)))
    if sides:
        return judge_retirement(
            dates,
            ID,
            f"The profile signs in to Exchange Online with a password ({named(sides)}).",
            evidence_of(sides, *fields),
            directions=names_of(sides),
        )
    return Pass(
        "The profile signs in to Exchange Online without a password.",
        evidence_of(profile.connections, *fields),
    )


def _reads(connection: Connection) -> bool | Unknown:
    """Where Exchange Web Services lead is known by more than what answers there."""
    by_mail_protocol = is_one_of(connection.protocol, Protocol.POP3, Protocol.IMAP)
    return either(
        connection.reaches_exchange_online,
        both(by_mail_protocol, is_one_of(connection.product, Product.EXCHANGE_ONLINE)),
    )
