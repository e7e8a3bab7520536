"""mailbox-on-wrong-profile: a mailbox uses the profile of another place than it lives in."""

from rules.directions import directions_where, evidence_of, named
from rules.email_systems import Place, Protocol
from rules.facts import Connection, EmailServerProfile, Mailbox, Organization
from rules.option_sets import ServerType
from rules.pages import SUPPORT_PAGE
from rules.rule import rule
from rules.scope import in_unread_tenant, is_in_unread_tenant, led_online
from rules.unknown import Unknown, any_of, both, is_one_of, known, negated
from rules.verdict import Fail, NotApplicable, Pass, Verdict

NAMESAKE = (
    " The tenant that was read has a mailbox of this address in Exchange Online: where that is the "
    "one meant, the mailbox needs a profile of that tenant."
)
DUTY = ("S17-44", "ON9-49", "OP9-34", "CUR-22")
EXCHANGE_SERVER_BEHIND_ONLINE_PROFILE = ("OP9-39", "CUR-38")


@rule(
    id="mailbox-on-wrong-profile",
    title="The mailbox uses an email server profile that is meant for another place",
    kind="support",
    severity="error",
    effect="unsupported",
    repair="profile",
    statements=DUTY + EXCHANGE_SERVER_BEHIND_ONLINE_PROFILE,
    source=SUPPORT_PAGE,
    remedy=(
        "Give the mailbox the profile of the place where it lives, then approve, test and enable "
        "it. For Exchange Server that is the kind Exchange Server (Hybrid) with Dynamics 365 "
        "(online), and Exchange Server with Dynamics 365 (on-premises)."
    ),
)
def check(mailbox: Mailbox, organization: Organization) -> Verdict:
    """Compares where the mailbox lives with the Exchange that each direction speaks to."""
    profile = known(mailbox.profile)
    if profile is None:
        return NotApplicable("The mailbox has no email server profile.")
    if not any_of(is_one_of(each.protocol, Protocol.EWS) for each in profile.connections):
        return NotApplicable("The profile does not speak to Exchange.")
    opened = profile.same_tenant is True and mailbox.exchange.opens_on_server is True
    if not opened and is_in_unread_tenant(organization, profile):
        found = is_one_of(mailbox.exchange.place, Place.EXCHANGE_ONLINE) is True
        return in_unread_tenant(profile, NAMESAKE if found else "")
    place = known(mailbox.exchange.place)
    if place is Place.ELSEWHERE:
        return NotApplicable("The mailbox lives neither in Exchange Online nor on Exchange Server.")
    lives_online = place is Place.EXCHANGE_ONLINE
    wrong = directions_where(
        profile, lambda each: _is_for_other_place(profile, each, lives_online=lives_online)
    )
    evidence = (
        mailbox.exchange.evidence("place")
        + profile.evidence("server_type")
        + evidence_of(profile.connections, "reaches_exchange_online")
    )
    if wrong:
        meant = "Exchange Server" if lives_online else "Exchange Online"
        where = "" if wrong == profile.connections else f" ({named(wrong)})"
        return Fail(
            f"The mailbox lives in {place.value}, and its profile is for {meant}{where}.",
            evidence,
            statements=DUTY if lives_online else DUTY + EXCHANGE_SERVER_BEHIND_ONLINE_PROFILE,
        )
    return Pass(
        f"The mailbox lives in {place.value}, and so does its profile.",
        evidence,
        statements=DUTY + EXCHANGE_SERVER_BEHIND_ONLINE_PROFILE if lives_online else DUTY,
    )


def _is_for_other_place(
    profile: EmailServerProfile, connection: Connection, *, lives_online: bool
) -> bool | Unknown:
    """Whether a direction to Exchange is for the other one; a hybrid is for Exchange Server."""
    hybrid = is_one_of(profile.server_type, ServerType.EXCHANGE_SERVER_HYBRID)
    for_online = both(negated(hybrid), led_online(profile)[connection.direction])
    return both(
        is_one_of(connection.protocol, Protocol.EWS),
        negated(for_online) if lives_online else for_online,
    )
