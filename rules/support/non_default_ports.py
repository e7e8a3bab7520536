"""non-default-ports: Exchange Online is reached through a port other than 443."""

from rules.directions import evidence_of, names_of
from rules.facts import EmailServerProfile, Organization
from rules.pages import SUPPORT_PAGE
from rules.rule import rule
from rules.scope import directions_online_where, online_with_exchange_online
from rules.unknown import Unknown, negated
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="non-default-ports",
    title="Exchange Online is reached through a port that is not the default",
    kind="support",
    severity="error",
    effect="unsupported",
    repair="port",
    statements=("S17-54",),
    source=SUPPORT_PAGE,
    remedy="Clear the port of the profile, or set it to 443, in the server location too.",
)
def check(profile: EmailServerProfile, organization: Organization) -> Verdict:
    """Either direction is enough; an empty port is the default one."""
    if not online_with_exchange_online(organization, profile):
        return NotApplicable("This is not Dynamics 365 (online) with Exchange Online.")
    other = directions_online_where(profile, lambda each: negated(each.uses_default_port))
    if other:
        named = " and ".join(
            f"{each.direction}: {each.port}"
            if not isinstance(each.port, Unknown) and each.port is not None
            else each.direction
            for each in other
        )
        return Fail(
            f"The profile reaches Exchange Online through a port other than 443 ({named}).",
            evidence_of(other, "reaches_exchange_online", "uses_default_port", "port"),
            directions=names_of(other),
        )
    return Pass(
        "The profile reaches Exchange Online through the default port.",
        evidence_of(profile.connections, "reaches_exchange_online", "uses_default_port"),
    )
