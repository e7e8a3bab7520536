"""When a group of rules speaks of a subject at all."""

from rules.facts import EmailServerProfile, Organization
from rules.option_sets import Deployment
from rules.unknown import Unknown, all_of, is_one_of, negated


def online_with_exchange_online(organization: Organization, profile: EmailServerProfile) -> bool:
    """Whether Dynamics 365 (online) reads from Exchange Online through this profile.

    Raises `Undecided` where that is open. Exchange Server behind Dynamics 365 (online) is never
    meant: the support documents have a section of their own for this pair.
    """
    return all_of([is_online(organization), profile.is_exchange_online])


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
