"""exchange-online-behind-other-profile: a mailbox of Exchange Online uses another profile."""

from rules.email_systems import Place
from rules.facts import Mailbox, Organization
from rules.pages import SUPPORT_PAGE
from rules.rule import rule
from rules.scope import is_online
from rules.unknown import both, is_one_of, known
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="exchange-online-behind-other-profile",
    title="A mailbox of Exchange Online uses a profile that is not for Exchange Online",
    kind="support",
    severity="error",
    effect="unsupported",
    repair="profile",
    statements=("S17-53", "ON9-58", "CUR-30"),
    source=SUPPORT_PAGE,
    remedy=(
        "Give the mailbox the Microsoft Exchange Online profile, then approve, test and enable it."
    ),
)
def check(mailbox: Mailbox, organization: Organization) -> Verdict:
    """A profile is known by where it reads, never by its name, which is localised and copied."""
    lives_there = is_one_of(mailbox.exchange.place, Place.EXCHANGE_ONLINE)
    if not known(both(is_online(organization), lives_there)):
        return NotApplicable("This is not Dynamics 365 (online) with Exchange Online.")
    profile = known(mailbox.profile)
    if profile is None:
        return NotApplicable("The mailbox has no email server profile.")
    evidence = mailbox.exchange.evidence("place") + profile.evidence("is_exchange_online")
    if not known(profile.is_exchange_online):
        return Fail(
            "The mailbox lives in Exchange Online, and its profile is not for Exchange Online.",
            evidence,
        )
    return Pass("The mailbox and its profile are in Exchange Online.", evidence)
