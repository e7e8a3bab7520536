"""ews-disabled-in-tenant: Exchange Online refuses the service that profiles of it speak."""

from rules.facts import EmailServerProfile, Every, ExchangeTenant, Mailbox, Organization
from rules.option_sets import CredentialRetrieval
from rules.rule import rule
from rules.scope import is_online, led_online, reads_tenant_that_was_read
from rules.unknown import Unknown, any_of, both, either, is_one_of, known, negated
from rules.verdict import Fail, NotApplicable, Pass, Verdict

WITHOUT_EWS = (CredentialRetrieval.SERVER_TO_SERVER, CredentialRetrieval.ENTRA_OAUTH)
"""How Dynamics 365 (online) reaches Exchange Online other than by an account over EWS."""


def _concerned(mailbox: Mailbox, organization: Organization) -> bool | Unknown:
    profile = mailbox.profile
    if not isinstance(profile, EmailServerProfile):
        return profile if isinstance(profile, Unknown) else False
    return _speaks_ews(organization, profile)


SWITCH = "switch Exchange Web Services on (`Set-OrganizationConfig -EwsEnabled $true`)"
LIST = (
    "put Dynamics 365 on the list of allowed applications (`-EwsAllowedAppIDs`, with "
    "00000007-0000-0000-c000-000000000000 beside those on it)"
)
FOR_GOOD = (
    "For good: move to Dynamics 365 (online) with the Microsoft Exchange Online profile, or the "
    "mailboxes to Exchange Server."
)
ALONE = f"Until April 2027: let an Exchange administrator {{}}. {FOR_GOOD}"


@rule(
    id="ews-disabled-in-tenant",
    title="Exchange Online does not let Dynamics 365 use Exchange Web Services",
    kind="health",
    severity="error",
    effect="stops",
    bears_on=_concerned,
    source="https://learn.microsoft.com/troubleshoot/power-platform/dataverse/email-exchange-synchronization/http-server-returned-forbidden-exception",
    remedy=(f"Until April 2027: let an Exchange administrator {SWITCH} and {LIST}. {FOR_GOOD}"),
)
def check(
    tenant: ExchangeTenant, organization: Organization, profiles: Every[EmailServerProfile]
) -> Verdict:
    """The switch must be on, for one never set counts as off, and Dynamics must be allowed.

    Both count since October 2026, tenant by tenant: a success shows that they do not yet.
    """
    if not any_of(_speaks_ews(organization, profile) for profile, _ in profiles):
        return NotApplicable("No active profile reaches Exchange Online by Exchange Web Services.")
    switch = tenant.ews_enabled
    if switch is False or switch is None:
        how = "switched off" if switch is False else "not switched on"
        return Fail(
            f"Exchange Web Services is {how} for the Exchange Online organisation.",
            tenant.evidence("ews_enabled"),
            remedy=ALONE.format(SWITCH) if tenant.dynamics_allowed_for_ews is True else None,
            inferred=switch is None,
        )
    if tenant.dynamics_allowed_for_ews is False:
        return Fail(
            "Dynamics 365 is not among the applications that may use Exchange Web Services.",
            tenant.evidence("dynamics_allowed_for_ews"),
            remedy=ALONE.format(LIST) if switch is True else None,
            inferred=True,
        )
    known(switch)
    known(tenant.dynamics_allowed_for_ews)
    return Pass(
        "The Exchange Online organisation lets Dynamics 365 use Exchange Web Services.",
        tenant.evidence("ews_enabled", "dynamics_allowed_for_ews"),
    )


def _speaks_ews(organization: Organization, profile: EmailServerProfile) -> bool | Unknown:
    """Over a direction to Exchange Online, wherever the other one leads."""
    led = led_online(profile)
    by_ews = (
        both(
            led[each.direction],
            negated(
                both(is_online(organization), is_one_of(each.credential_retrieval, *WITHOUT_EWS))
            ),
        )
        for each in profile.connections
    )
    return both(profile.active, either(*by_ews), reads_tenant_that_was_read(profile))
