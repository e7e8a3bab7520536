"""exchange-online-impersonation-retired: one account stands in for all in Exchange Online."""

from rules.dates import Dates
from rules.directions import evidence_of, named, names_of
from rules.facts import EmailServerProfile
from rules.retirement import judge_retirement
from rules.rule import rule
from rules.scope import directions_online_where, leads_online
from rules.unknown import known
from rules.verdict import NotApplicable, Pass, Verdict

ID = "exchange-online-impersonation-retired"


@rule(
    id=ID,
    title="The profile impersonates users in Exchange Online, where that role is gone",
    kind="lifecycle",
    severity="error",
    effect="stops",
    repair="sign-in",
    inferred=True,
    population="in-use",
    source="https://learn.microsoft.com/exchange/permissions-exo/application-rbac",
    remedy=(
        "Move the mailboxes to the Microsoft Exchange Online profile, which signs in "
        "server-to-server and needs no impersonation."
    ),
)
def check(profile: EmailServerProfile, dates: Dates) -> Verdict:
    """Exchange Server keeps the role; either direction to Exchange Online is enough."""
    if not known(leads_online(profile)):
        return NotApplicable("The profile does not use Exchange Online.")
    sides = directions_online_where(profile, lambda each: each.impersonates)
    if sides:
        return judge_retirement(
            dates,
            ID,
            f"The profile impersonates users in Exchange Online ({named(sides)}).",
            evidence_of(sides, "impersonates"),
            directions=names_of(sides),
        )
    return Pass(
        "The profile impersonates nobody in Exchange Online.",
        evidence_of(profile.connections, "impersonates"),
    )
