"""impersonation-with-exchange-online: one account reads the mailboxes of others online."""

from rules.directions import evidence_of, named, names_of
from rules.facts import EmailServerProfile, Organization
from rules.pages import SUPPORT_PAGE
from rules.rule import rule
from rules.scope import directions_online_where, online_with_exchange_online
from rules.sign_in_remedies import at_exchange_online
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="impersonation-with-exchange-online",
    title="Exchange Online is reached by impersonation",
    kind="support",
    severity="error",
    effect="unsupported",
    repair="sign-in",
    statements=("S17-51", "ON9-56", "CUR-28"),
    source=SUPPORT_PAGE,
    remedy=(
        "Move the mailboxes to the Microsoft Exchange Online profile, which needs no "
        "impersonation, or set Use Impersonation of this profile to No."
    ),
)
def check(profile: EmailServerProfile, organization: Organization) -> Verdict:
    """Either direction is enough. With Exchange Server impersonation is the documented set-up."""
    if not online_with_exchange_online(organization, profile):
        return NotApplicable("This is not Dynamics 365 (online) with Exchange Online.")
    impersonating = directions_online_where(profile, lambda each: each.impersonates)
    if impersonating:
        return Fail(
            f"The profile reaches Exchange Online by impersonation ({named(impersonating)}).",
            evidence_of(impersonating, "impersonates"),
            remedy=at_exchange_online(profile),
            directions=names_of(impersonating),
        )
    return Pass(
        "The profile reaches Exchange Online without impersonation.",
        evidence_of(profile.connections, "impersonates"),
    )
