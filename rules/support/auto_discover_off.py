"""auto-discover-off: an Exchange Online profile names its server instead of finding it."""

from rules.directions import named, names_of
from rules.facts import EmailServerProfile, Organization
from rules.pages import SUPPORT_PAGE
from rules.rule import rule
from rules.scope import directions_online_where, online_with_exchange_online
from rules.sign_in_remedies import TO_THE_BUILT_IN_PROFILE
from rules.unknown import negated
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="auto-discover-off",
    title="Auto Discover Server Location is switched off for Exchange Online",
    kind="support",
    severity="error",
    effect="unsupported",
    statements=("S17-52", "ON9-57", "CUR-29"),
    source=SUPPORT_PAGE,
    remedy=(
        "Set Auto Discover Server Location of the profile to Yes, or move the mailboxes to the "
        "Microsoft Exchange Online profile."
    ),
)
def check(profile: EmailServerProfile, organization: Organization) -> Verdict:
    """Reports the column as it stands, on the built-in profile too.

    The column is that of both directions. Where one of them needs a server that is named, Yes is
    no remedy.
    """
    if not online_with_exchange_online(organization, profile):
        return NotApplicable("This is not Dynamics 365 (online) with Exchange Online.")
    evidence = profile.evidence("auto_discover")
    led = directions_online_where(profile, lambda each: negated(profile.auto_discover))
    if led:
        where = "" if led == profile.connections else f" ({named(led)} to Exchange Online)"
        return Fail(
            f"Auto Discover Server Location is No, as the column says{where}.",
            evidence,
            remedy=TO_THE_BUILT_IN_PROFILE if where else None,
            directions=names_of(led),
        )
    return Pass("Auto Discover Server Location is Yes.", evidence)
