"""When a group of rules speaks of a subject at all."""

from collections.abc import Callable

from rules.directions import directions_where
from rules.evidence import Cause
from rules.facts import Connection, Direction, EmailServerProfile, Organization
from rules.option_sets import CredentialRetrieval, Deployment
from rules.unknown import Unknown, all_of, both, either, is_one_of, negated
from rules.verdict import Undetermined

_SIGN_IN = "Let the sections `graph` and `exchange_online` sign in to the tenant of the profile."


def online_with_exchange_online(organization: Organization, profile: EmailServerProfile) -> bool:
    """Whether Dynamics 365 (online) reaches Exchange Online over a direction of the profile.

    Raises `Undecided` where that is open. Exchange Server behind Dynamics 365 (online) is never
    meant: the support documents have a section of their own for this pair. A profile may lead to
    both, so a rule of this pair judges the directions that `directions_online_where` gives.
    """
    return all_of([is_online(organization), leads_online(profile)])


def on_premises_reaching_exchange_online(
    organization: Organization, profile: EmailServerProfile
) -> bool:
    """Whether Dynamics 365 (on-premises) reaches Exchange Online over a direction of the profile.

    Raises `Undecided` where that is open.
    """
    return all_of([is_on_premises(organization), leads_online(profile)])


def leads_online(profile: EmailServerProfile) -> bool | Unknown:
    """Whether a direction in use leads to Exchange Online, whatever the kind of the profile."""
    return either(*led_online(profile).values())


def led_online(profile: EmailServerProfile) -> dict[Direction, bool | Unknown]:
    """Whether each direction in use leads to Exchange Online, wherever the other one does."""
    return {each.direction: each.reaches_exchange_online for each in profile.connections}


def directions_online(profile: EmailServerProfile) -> tuple[Direction, ...]:
    """The directions in use that are known to lead to Exchange Online."""
    return tuple(direction for direction, led in led_online(profile).items() if led is True)


def directions_online_where(
    profile: EmailServerProfile, holds: Callable[[Connection], bool | Unknown]
) -> tuple[Connection, ...]:
    """The directions to Exchange Online of which something is known to hold.

    Raises `Undecided` where it holds of none, and may hold of one, or one may lead there.
    """
    led = led_online(profile)
    return directions_where(profile, lambda each: both(led[each.direction], holds(each)))


def signed_in_online_otherwise(
    profile: EmailServerProfile, *wanted: CredentialRetrieval
) -> tuple[Connection, ...]:
    """The directions to Exchange Online that sign in in another way than those wanted.

    Raises `Undecided` where none is known to, and one may.
    """
    return directions_online_where(
        profile, lambda each: negated(is_one_of(each.credential_retrieval, *wanted))
    )


def is_online(organization: Organization) -> bool | Unknown:
    """Whether the organisation is Dynamics 365 (online)."""
    return is_one_of(organization.deployment, Deployment.ONLINE)


def is_on_premises(organization: Organization) -> bool | Unknown:
    """Whether the organisation is Dynamics 365 (on-premises)."""
    return is_one_of(organization.deployment, Deployment.ON_PREMISES)


def reached_across_tenants(organization: Organization, profile: EmailServerProfile) -> bool:
    """Whether Dynamics 365 (online) reads an Exchange Online of another tenant through it.

    Raises `Undecided` where that is open.
    """
    return all_of([is_online(organization), leads_online(profile), negated(profile.same_tenant)])


def is_in_unread_tenant(organization: Organization, profile: EmailServerProfile) -> bool:
    """Whether Dynamics 365 (online) reads a tenant through it of which nothing was read.

    Raises `Undecided` where that is open.
    """
    return all_of([is_online(organization), leads_online(profile), profile.another_tenant_was_read])


def reads_tenant_that_was_read(profile: EmailServerProfile) -> bool | Unknown:
    """True where what was read of a tenant counts for the profile; unknown where it does not."""
    if profile.another_tenant_was_read is not True:
        return negated(profile.another_tenant_was_read)
    return Unknown(
        reason="The profile reads another tenant than the one that was read.",
        remedy=_SIGN_IN,
        cause=Cause("source", "exchange_online.organization", "of-another-tenant"),
        evidence=profile.evidence("another_tenant_was_read"),
    )


def in_unread_tenant(profile: EmailServerProfile, found: str = "") -> Undetermined:
    """The verdict on what only the tenant tells that the profile reads its mailboxes in.

    The tenant that was read knows a namesake at most; `found` says what it knows.
    """
    return Undetermined(
        f"The profile reads the mailbox in another tenant than the one that was read.{found}",
        "See the mailbox in the Exchange admin centre of the tenant that its profile names. "
        + _SIGN_IN,
        Cause("source", "exchange_online.mailboxes", "of-another-tenant"),
        profile.evidence("same_tenant", "another_tenant_was_read"),
    )
