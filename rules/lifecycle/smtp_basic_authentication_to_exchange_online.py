"""smtp-basic-authentication-to-exchange-online: email is submitted with a password over SMTP."""

from msgspec.structs import replace

from rules import bearing
from rules.dates import Dates
from rules.email_systems import Product, Protocol
from rules.evidence import Cause, Evidence
from rules.facts import EmailServerProfile, ExchangeTenant, ProfileUse
from rules.password_sign_in import signs_in_with_password
from rules.retirement import judge_retirement
from rules.rule import rule
from rules.unknown import Undecided, Unknown, all_of, causes_of, is_one_of, known
from rules.verdict import Fail, NotApplicable, Pass, Undetermined, Verdict

ID = "smtp-basic-authentication-to-exchange-online"
HERE = "sends_in_tenant_read"
LOOK = "See `Get-CASMailbox ACCOUNT | fl SmtpClientAuthenticationDisabled` of the account."
RESTS = "The profile submits email to Exchange Online over SMTP with a password."


@rule(
    id=ID,
    title="Email is submitted to Exchange Online over SMTP with a password, which is ending",
    kind="lifecycle",
    severity="error",
    effect="stops",
    repair="sign-in",
    bears_on=bearing.sends,
    inferred=True,
    population="in-use",
    source="https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/deprecation-of-basic-authentication-exchange-online",
    remedy=(
        "Send through the Microsoft Exchange Online profile instead of SMTP with a user name and "
        "password."
    ),
)
def check(
    profile: EmailServerProfile,
    use: ProfileUse,
    tenant: ExchangeTenant | Unknown,
    dates: Dates,
) -> Verdict:
    """Only the outgoing direction speaks SMTP. A tenant that refuses today fails today.

    The own switch of a mailbox goes before the tenant's: where one allows it, or may, it may be
    that of the profile's account.

    SMTP does not tell which tenant the profile submits to. It is that of the mailboxes that send,
    for Exchange Online lets an account send as addresses of its own tenant alone.
    """
    if profile.sole_direction == "incoming":
        return NotApplicable("No mailbox of the profile sends through it.")
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
        return _with_password(dates, use, tenant, evidence)
    return Pass("The profile submits email to Exchange Online without a password.", evidence)


def _with_password(
    dates: Dates,
    use: ProfileUse,
    tenant: ExchangeTenant | Unknown,
    evidence: tuple[Evidence, ...],
) -> Verdict:
    judged = judge_retirement(dates, ID, RESTS, evidence)
    assert isinstance(judged, Fail | Pass)
    if isinstance(judged, Fail) and judged.severity is None:
        return judged
    switch = _switch(use, tenant)
    if isinstance(switch, Unknown):
        if not isinstance(judged, Fail):
            raise Undecided(switch)
        return replace(
            judged,
            message=f"{judged.message} Whether the tenant refuses it already is not known: "
            f"{switch.reason} Where it does, no email of the profile leaves today.",
            may_stop=causes_of(switch),
        )
    assert not isinstance(tenant, Unknown)
    seen = tenant.evidence("smtp_basic_authentication_disabled") + use.evidence(HERE)
    own = tenant.smtp_allowed_for_a_mailbox
    if switch and own is not False:
        return _unless_the_account_may(judged, own, seen)
    if switch:
        return Fail(
            f"{RESTS} The tenant refuses that today (SmtpClientAuthenticationDisabled is true).",
            evidence + seen,
        )
    return replace(judged, evidence=judged.evidence + seen)


def _switch(use: ProfileUse, tenant: ExchangeTenant | Unknown) -> bool | Unknown:
    """Whether the tenant that the mailboxes send in refuses passwords."""
    if isinstance(tenant, Unknown) or use.sends_in_tenant_read is True:
        return tenant if isinstance(tenant, Unknown) else tenant.smtp_basic_authentication_disabled
    here = use.sends_in_tenant_read
    why = f" {here.reason}" if isinstance(here, Unknown) else ""
    return Unknown(
        reason="Mailboxes of the profile may send in another tenant than the one that Exchange "
        f"Online was read of.{why}",
        remedy=f"{LOOK} It has an answer in the tenant of the account alone.",
        cause=Cause("source", "exchange_online.transport", "of-another-tenant"),
        evidence=use.evidence(HERE),
    )


def _unless_the_account_may(
    judged: Fail | Pass, own: bool | Unknown, seen: tuple[Evidence, ...]
) -> Verdict:
    """What the retirement says, and what the account's own switch would change."""
    if not isinstance(judged, Fail):
        return Undetermined(
            f"{RESTS} The tenant refuses that today; whether the own switch of the profile's "
            "account allows it is not known.",
            LOOK,
            evidence=judged.evidence + seen,
        )
    why = f" {own.reason}" if isinstance(own, Unknown) else ""
    return replace(
        judged,
        message=f"{judged.message} The tenant refuses it already, unless the own switch of the "
        f"profile's account allows it, which is not known.{why} Where it does not, no email of the "
        "profile leaves today.",
        evidence=judged.evidence + seen,
        may_stop=causes_of(own),
    )
