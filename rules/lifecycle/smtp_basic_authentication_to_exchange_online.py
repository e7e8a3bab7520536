"""smtp-basic-authentication-to-exchange-online: email is submitted with a password over SMTP."""

from rules.dates import Dates
from rules.email_systems import Product, Protocol
from rules.facts import EmailServerProfile
from rules.password_sign_in import signs_in_with_password
from rules.retirement import judge_retirement
from rules.rule import rule
from rules.unknown import all_of, is_one_of, known
from rules.verdict import NotApplicable, Pass, Verdict

ID = "smtp-basic-authentication-to-exchange-online"


@rule(
    id=ID,
    title="Email is submitted to Exchange Online over SMTP with a password, which is ending",
    kind="lifecycle",
    severity="error",
    effect="stops",
    population="in-use",
    source="https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/deprecation-of-basic-authentication-exchange-online",
    remedy=(
        "Send through the Microsoft Exchange Online profile instead of SMTP with a user name and "
        "password."
    ),
)
def check(profile: EmailServerProfile, dates: Dates) -> Verdict:
    """Only the outgoing direction speaks SMTP."""
    outgoing = profile.outgoing
    submits = all_of(
        [
            is_one_of(outgoing.protocol, Protocol.SMTP),
            is_one_of(outgoing.product, Product.EXCHANGE_ONLINE),
        ]
    )
    if not submits:
        return NotApplicable("The profile does not submit to Exchange Online over SMTP.")
    evidence = outgoing.evidence("protocol", "product", "credential_retrieval", "authentication")
    if known(signs_in_with_password(outgoing)):
        return judge_retirement(
            dates,
            ID,
            "The profile submits email to Exchange Online over SMTP with a password.",
            evidence,
        )
    return Pass("The profile submits email to Exchange Online without a password.", evidence)
