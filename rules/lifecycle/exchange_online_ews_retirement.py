"""exchange-online-ews-retirement: on-premises Dynamics reads Exchange Online over EWS."""

from msgspec.structs import replace

from rules.dates import Dates, Step
from rules.directions import evidence_of
from rules.evidence import Evidence
from rules.facts import Declared, EmailServerProfile, ExchangeTenant, Organization
from rules.retirement import day_of
from rules.rule import rule
from rules.scope import directions_online, on_premises_reaching_exchange_online
from rules.unknown import Unknown, causes_of, is_one_of
from rules.verdict import Fail, NotApplicable, Pass, Verdict

ID = "exchange-online-ews-retirement"
RESTS = (
    "Dynamics 365 (on-premises) reads Exchange Online through this profile over Exchange Web "
    "Services."
)

MOVE = "Before 2027-04-01 move the mailboxes to Exchange Server, or move to Dynamics 365 online."
REMEDY = (
    "Let an Exchange administrator put the application of Dynamics 365 on the tenant's allow list "
    "for Exchange Web Services (`Set-OrganizationConfig -EwsEnabled $true -EwsAllowedAppIDs`, with "
    f"00000007-0000-0000-c000-000000000000 beside those on it). {MOVE}"
)
SEE_THE_LIST = "See `Get-OrganizationConfig | fl Ews*` in the mail tenant."


@rule(
    id=ID,
    title="Exchange Web Services, by which on-premises Dynamics reads Exchange Online, are ending",
    kind="lifecycle",
    severity="error",
    effect="stops",
    inferred=True,
    population="in-use",
    source="https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/deprecation-of-ews-exchange-online",
    remedy=REMEDY,
)
def check(
    profile: EmailServerProfile,
    organization: Organization,
    tenant: ExchangeTenant | Unknown,
    declared: Declared,
    dates: Dates,
) -> Verdict:
    """Dynamics 365 (online) reads by Microsoft Graph, and Exchange Server keeps these services.

    Between the two dates it works only where the tenant allows Dynamics; what the tenant says of
    that goes before what is declared. Every answer to that fails, so an open one is a warning.
    """
    if not on_premises_reaching_exchange_online(organization, profile):
        return NotApplicable("This is not Dynamics 365 (on-premises) with Exchange Online.")
    verdict = _on_the_day(profile, organization, tenant, declared, dates)
    if not isinstance(verdict, Fail):
        return verdict
    in_force = dates[ID].in_force(dates.as_of)
    return replace(
        verdict,
        directions=directions_online(profile),
        foreseen=in_force is not None and dates.foresees(in_force),
    )


def _on_the_day(
    profile: EmailServerProfile,
    organization: Organization,
    tenant: ExchangeTenant | Unknown,
    declared: Declared,
    dates: Dates,
) -> Verdict:
    pair = evidence_of(profile.connections, "reaches_exchange_online") + organization.evidence(
        "deployment"
    )
    blocked, stopped = _steps(dates)
    if stopped.standing(dates.as_of) == "past":
        return Fail(
            f"{RESTS} Exchange Online ended them for good on {stopped.date.isoformat()}.",
            pair + dates.evidence(ID, stopped),
        )
    if blocked.standing(dates.as_of) == "past":
        since = (
            f"{RESTS} Since {blocked.date.isoformat()} Exchange Online blocks them unless the "
            "tenant allows Dynamics 365."
        )
        evidence = pair + dates.evidence(ID, blocked, stopped)
        return _between(tenant, declared, since, stopped, evidence)
    if blocked.standing(dates.as_of) == "soon":
        return Fail(
            f"{RESTS} {day_of(blocked)} {blocked.says}",
            pair + dates.evidence(ID, blocked),
            severity="warning",
            effect="ends",
        )
    return Pass(
        f"{RESTS} They are not blocked within 180 days of {dates.as_of.isoformat()}.",
        pair + dates.evidence(ID, blocked, stopped),
    )


def _steps(dates: Dates) -> tuple[Step, Step]:
    """The day from which only listed applications pass, and the day of the end."""
    by_effect = {step.effect: step for step in dates[ID].steps}
    return by_effect["blocked-unless-allowed"], by_effect["stopped"]


def _between(
    tenant: ExchangeTenant | Unknown,
    declared: Declared,
    since: str,
    stopped: Step,
    evidence: tuple[Evidence, ...],
) -> Verdict:
    if not isinstance(tenant, Unknown) and is_one_of(tenant.ews_enabled, False, None) is True:
        return Fail(
            f"{since} The tenant has them switched off.",
            evidence + tenant.evidence("ews_enabled"),
            inferred=tenant.ews_enabled is None,
        )
    listed, listing = _listed(tenant, declared)
    end = f"Exchange Online ends them for good on {stopped.date.isoformat()}."
    if isinstance(listed, Unknown):
        return Fail(
            f"{since} Whether it does is not known: {listed.reason} Where Dynamics 365 is on the "
            f"allow list, {end} Where it is not, no mailbox synchronizes today.",
            evidence + listing,
            severity="warning",
            effect="ends",
            remedy=f"{SEE_THE_LIST} {REMEDY}",
            may_stop=causes_of(_of_tenant(tenant), listed),
        )
    if not listed:
        return Fail(f"{since} Dynamics 365 is not on the tenant's allow list.", evidence + listing)
    if not isinstance(tenant, Unknown) and isinstance(tenant.ews_enabled, Unknown):
        return Fail(
            f"{since} Dynamics 365 is on the allow list; whether the tenant's switch is on is not "
            f"known: {tenant.ews_enabled.reason} Where it is on, {end} Where it is off, no mailbox "
            "synchronizes today.",
            evidence + listing + tenant.evidence("ews_enabled"),
            severity="warning",
            effect="ends",
            remedy=f"{SEE_THE_LIST} {REMEDY}",
            may_stop=causes_of(tenant.ews_enabled),
        )
    return Fail(
        f"{since} It is on the tenant's allow list, which holds until {end}",
        evidence + listing,
        severity="warning",
        effect="ends",
        remedy=MOVE,
    )


def _of_tenant(tenant: ExchangeTenant | Unknown) -> bool | Unknown:
    """What the tenant itself says of its list."""
    return tenant if isinstance(tenant, Unknown) else tenant.dynamics_allowed_for_ews


def _listed(
    tenant: ExchangeTenant | Unknown, declared: Declared
) -> tuple[bool | Unknown, tuple[Evidence, ...]]:
    """Whether the tenant allows Dynamics, and what says so."""
    told = _of_tenant(tenant)
    if not isinstance(tenant, Unknown) and not isinstance(told, Unknown):
        return told, tenant.evidence("dynamics_allowed_for_ews")
    return declared.ews_allow_listed, declared.evidence("ews_allow_listed")
