"""When a group of rules speaks of a subject at all."""

from rules.evidence import Cause
from rules.facts import EmailServerProfile, Organization
from rules.option_sets import Deployment
from rules.unknown import Unknown, all_of, either, is_one_of, negated
from rules.verdict import Undetermined


def online_with_exchange_online(organization: Organization, profile: EmailServerProfile) -> bool:
    """Whether Dynamics 365 (online) reads from Exchange Online through this profile.

    Raises `Undecided` where that is open. Exchange Server behind Dynamics 365 (online) is never
    meant: the support documents have a section of their own for this pair.
    """
    return all_of([is_online(organization), profile.is_exchange_online])


def online_reaching_exchange_online(
    organization: Organization, profile: EmailServerProfile
) -> bool:
    """The same by where the profile leads, whatever its kind: a hybrid may name such a host.

    Raises `Undecided` where that is open.
    """
    return all_of(
        [
            is_online(organization),
            either(profile.is_exchange_online, profile.reaches_exchange_online),
        ]
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
    return all_of(
        [is_online(organization), profile.is_exchange_online, negated(profile.same_tenant)]
    )


def unread_across_tenants(profile: EmailServerProfile) -> Undetermined:
    """The verdict on what only the tenant tells that the profile reads its mailboxes in.

    The organization's own tenant is the one that was read; it knows a namesake at most.
    """
    return Undetermined(
        "The profile reads the mailbox in another tenant, and nothing of that tenant was read.",
        "See the mailbox in the Exchange admin centre of the tenant that its profile names.",
        Cause("source", "exchange_online.mailboxes", "of-another-tenant"),
        profile.evidence("same_tenant"),
    )
