"""client-policy-may-stop-dynamics: a policy on the names of clients, which reaches Graph too."""

from rules.evidence import Evidence
from rules.facts import EmailServerProfile, Every, ExchangeTenant, Mailbox, Organization
from rules.health.synchronization_stale import ERROR
from rules.option_sets import CredentialRetrieval
from rules.rule import rule
from rules.scope import is_online
from rules.thresholds import Thresholds
from rules.unknown import Unknown, any_of, both, either, is_one_of, known
from rules.verdict import Fail, NotApplicable, Pass, Undetermined, Verdict

ALLOWED_ALONE = "EnforceAllowList"


@rule(
    id="client-policy-may-stop-dynamics",
    title="A policy on client names in Exchange Online may keep Dynamics 365 out",
    kind="health",
    severity="error",
    effect="stops",
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
        both(is_online(organization), profile.active, _is_built_in(profile))
        for profile, _ in profiles
    ):
        return NotApplicable("No profile reads Exchange Online server-to-server.")
    fresh, shown = _lately(mailboxes, thresholds[ERROR.name])
    if fresh is True:
        return Pass("A mailbox synchronized lately, so no policy keeps Dynamics 365 out.", shown)
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


def _is_built_in(profile: EmailServerProfile) -> bool | Unknown:
    graph = CredentialRetrieval.SERVER_TO_SERVER
    return both(
        profile.is_exchange_online,
        *(is_one_of(each.credential_retrieval, graph) for each in profile.connections),
    )


def _lately(
    mailboxes: Every[Mailbox] | Unknown, limit_s: int
) -> tuple[bool | Unknown, tuple[Evidence, ...]]:
    """Whether a mailbox of a built-in profile synchronized lately, and what shows it."""
    if isinstance(mailboxes, Unknown):
        return mailboxes, ()
    found: bool | Unknown = False
    for mailbox, _ in mailboxes:
        fresh = both(mailbox.synchronizing, _is_of_built_in(mailbox), _is_younger(mailbox, limit_s))
        if fresh is True:
            return True, mailbox.evidence("since_success_s")
        found = either(found, fresh)
    return found, ()


def _is_of_built_in(mailbox: Mailbox) -> bool | Unknown:
    profile = mailbox.profile
    if profile is None or isinstance(profile, Unknown):
        return profile or False
    return _is_built_in(profile)


def _is_younger(mailbox: Mailbox, limit_s: int) -> bool | Unknown:
    age_s = mailbox.since_success_s
    return age_s if isinstance(age_s, Unknown) else age_s is not None and age_s < limit_s
