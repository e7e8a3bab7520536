"""client-policy-may-stop-dynamics: a policy on the names of clients, which reaches Graph too."""

from rules.evidence import Evidence
from rules.facts import (
    Direction,
    EmailServerProfile,
    Every,
    ExchangeTenant,
    Mailbox,
    Organization,
)
from rules.health.synchronization_stale import ERROR
from rules.option_sets import CredentialRetrieval
from rules.rule import rule
from rules.scope import is_on_premises, is_online, led_online, reads_tenant_that_was_read
from rules.thresholds import Thresholds
from rules.unknown import Unknown, any_of, both, either, is_one_of, known, negated
from rules.verdict import Fail, NotApplicable, Pass, Undetermined, Verdict

ALLOWED_ALONE = "EnforceAllowList"


def _concerned(mailbox: Mailbox, organization: Organization) -> bool | Unknown:
    profile = mailbox.profile
    if not isinstance(profile, EmailServerProfile):
        return profile if isinstance(profile, Unknown) else False
    return _is_under_policy(profile, organization)


@rule(
    id="client-policy-may-stop-dynamics",
    title="A policy on client names in Exchange Online may keep Dynamics 365 out",
    kind="health",
    severity="error",
    effect="stops",
    bears_on=_concerned,
    thresholds=(ERROR,),
    source="https://learn.microsoft.com/exchange/client-developer/exchange-web-services/how-to-control-access-to-ews-in-exchange",
    remedy=(
        "Let an Exchange administrator take the policy on client names away "
        "(`Set-OrganizationConfig -EwsApplicationAccessPolicy $null`) and allow applications by "
        "their ids."
    ),
)
def check(
    tenant: ExchangeTenant,
    organization: Organization,
    profiles: Every[EmailServerProfile],
    mailboxes: Every[Mailbox] | Unknown,
    thresholds: Thresholds,
) -> Verdict:
    """The policy stops REST and Graph as well, by a User-Agent that Dynamics does not publish.

    A mailbox that synchronized lately shows that it does not.
    """
    if not any_of(
        both(profile.active, _reads_this_tenant(profile, organization)) for profile, _ in profiles
    ):
        return NotApplicable("No profile reads Exchange Online of this tenant as an application.")
    fresh, shown = _lately(mailboxes, organization, thresholds[ERROR.name])
    if fresh is True:
        return Pass("A mailbox synchronized lately, so no policy keeps Dynamics 365 out.", shown)
    any_of(_is_under_policy(profile, organization) for profile, _ in profiles)
    evidence = tenant.evidence("client_policy")
    policy = known(tenant.client_policy)
    if policy is None:
        return Pass("Exchange Online has no policy on the names of clients.", evidence)
    if policy == ALLOWED_ALONE and known(tenant.allows_no_client):
        known(fresh)
        return Fail(
            "The policy EnforceAllowList is in force and its list is empty: no client gets in, by "
            "Exchange Web Services or by Microsoft Graph.",
            evidence + tenant.evidence("allows_no_client"),
        )
    return Undetermined(
        f"The policy {policy} on client names is in force. It stops REST and Graph too, and "
        "which name Dynamics 365 uses is not published.",
        "Run Test & Enable Mailbox for one mailbox; where it fails with 403, take the policy "
        "EwsApplicationAccessPolicy away.",
        evidence=evidence,
    )


def _is_under_policy(profile: EmailServerProfile, organization: Organization) -> bool | Unknown:
    """Whether what was read of a policy counts for the profile: that of another tenant does not."""
    return both(
        profile.active,
        _reads_this_tenant(profile, organization),
        reads_tenant_that_was_read(profile),
    )


def _reads_this_tenant(profile: EmailServerProfile, organization: Organization) -> bool | Unknown:
    """As Dynamics 365 itself, by an application of the company's own, or from on premises."""
    return either(*_directions_here(profile, organization).values())


def _directions_here(
    profile: EmailServerProfile, organization: Organization
) -> dict[Direction, bool | Unknown]:
    """The same of each direction, wherever the other one leads."""
    itself, own = CredentialRetrieval.SERVER_TO_SERVER, CredentialRetrieval.ENTRA_OAUTH
    led = led_online(profile)
    found = {}
    for each in profile.connections:
        way = each.credential_retrieval
        as_application = either(
            is_one_of(way, itself), both(is_one_of(way, own), profile.same_tenant)
        )
        found[each.direction] = both(
            led[each.direction],
            either(both(is_online(organization), as_application), is_on_premises(organization)),
        )
    return found


def _lately(
    mailboxes: Every[Mailbox] | Unknown, organization: Organization, limit_s: int
) -> tuple[bool | Unknown, tuple[Evidence, ...]]:
    """Whether a mailbox of such a profile synchronized lately, and what shows it."""
    if isinstance(mailboxes, Unknown):
        return mailboxes, ()
    found: bool | Unknown = False
    for mailbox, _ in mailboxes:
        fresh = both(
            mailbox.synchronizing,
            _is_read_here(mailbox, organization),
            _is_younger(mailbox, limit_s),
        )
        if fresh is True:
            return True, mailbox.evidence("since_success_s")
        found = either(found, fresh)
    return found, ()


def _is_read_here(mailbox: Mailbox, organization: Organization) -> bool | Unknown:
    """A success is one of receiving: it shows nothing where that leads elsewhere, or away."""
    profile = mailbox.profile
    if profile is None or isinstance(profile, Unknown):
        return profile or False
    return both(
        either(profile.same_tenant, negated(profile.another_tenant_was_read)),
        _directions_here(profile, organization).get("incoming", False),
    )


def _is_younger(mailbox: Mailbox, limit_s: int) -> bool | Unknown:
    age_s = mailbox.since_success_s
    return age_s if isinstance(age_s, Unknown) else age_s is not None and age_s < limit_s
