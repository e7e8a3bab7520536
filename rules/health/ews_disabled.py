"""ews-disabled: a mailbox that may not be reached by Exchange Web Services, though it must be."""

from rules.directions import directions_where, uses
from rules.email_systems import Protocol
from rules.evidence import Evidence
from rules.facts import Connection, Mailbox, Organization
from rules.option_sets import CredentialRetrieval
from rules.rule import rule
from rules.scope import in_unread_tenant, is_in_unread_tenant, is_online, led_online
from rules.unknown import Unknown, any_of, both, either, is_one_of, known, negated
from rules.verdict import Fail, NotApplicable, Pass, Undetermined, Verdict

BY_GRAPH = CredentialRetrieval.SERVER_TO_SERVER
BY_APPLICATION = CredentialRetrieval.ENTRA_OAUTH


@rule(
    id="ews-disabled",
    title="Exchange Web Services is switched off for the mailbox",
    kind="health",
    severity="error",
    effect="stops",
    source="https://learn.microsoft.com/troubleshoot/power-platform/dataverse/email-exchange-synchronization/http-server-returned-forbidden-exception",
    remedy=(
        "Let an Exchange administrator allow Exchange Web Services for the mailbox "
        "(`Set-CASMailbox ADDRESS -EwsEnabled $true`); it takes up to two hours to count."
    ),
)
def check(mailbox: Mailbox, organization: Organization) -> Verdict:
    """Only where Exchange Web Services is spoken.

    Dynamics 365 (online) reaches Exchange Online server-to-server by Microsoft Graph. Exchange
    Server judges an account that acts for others by that account's own switch, so there the
    mailbox's is a warning only.
    """
    profile = known(mailbox.profile)
    if profile is None:
        return NotApplicable("It has no profile: mailbox-without-profile judges that.")
    led = led_online(profile)
    by_ews = directions_where(
        profile,
        lambda each: both(
            uses(mailbox, each),
            is_one_of(each.protocol, Protocol.EWS),
            negated(
                both(
                    is_online(organization),
                    led[each.direction],
                    is_one_of(each.credential_retrieval, BY_GRAPH),
                )
            ),
        ),
    )
    if not by_ews:
        return NotApplicable("The mailbox is not reached by Exchange Web Services.")
    if is_in_unread_tenant(organization, profile):
        return in_unread_tenant(profile)
    evidence = mailbox.exchange.evidence("ews_enabled")
    if known(mailbox.exchange.ews_enabled) is not False:
        return _by_policy(mailbox, evidence)
    if any_of(_is_stopped(each, led[each.direction]) for each in by_ews):
        return Fail("Exchange Web Services is switched off for the mailbox.", evidence)
    if any_of(led[each.direction] for each in by_ews):
        return Undetermined(
            "Exchange Web Services is switched off for the mailbox; whether a profile with its "
            "own Entra application needs it is not published.",
            "Allow Exchange Web Services for the mailbox, or see that it synchronizes without.",
            evidence=evidence,
        )
    return Fail(
        "Exchange Web Services is switched off for the mailbox; the profile's account may "
        "reach it all the same.",
        evidence,
        severity="warning",
        effect="degrades",
    )


def _is_stopped(connection: Connection, online: bool | Unknown) -> bool | Unknown:
    """Whether the mailbox's own switch certainly stops a direction, which is `online` or not."""
    way = connection.credential_retrieval
    own = CredentialRetrieval.USER_OR_QUEUE
    return either(
        both(online, negated(is_one_of(way, BY_APPLICATION))),
        both(negated(online), is_one_of(way, own)),
    )


def _by_policy(mailbox: Mailbox, evidence: tuple[Evidence, ...]) -> Verdict:
    """A policy of the mailbox on the names of clients may keep Dynamics out all the same."""
    policy = known(mailbox.exchange.client_policy)
    evidence += mailbox.exchange.evidence("client_policy")
    if policy is not None:
        return Undetermined(
            f"The mailbox has a policy of its own on client names ({policy}); which name Dynamics "
            "365 uses is not published.",
            "Run Test & Enable Mailbox; where it fails with 403, let an Exchange administrator "
            "take the policy away (`Set-CASMailbox ADDRESS -EwsApplicationAccessPolicy $null`).",
            evidence=evidence,
        )
    return Pass("The mailbox does not forbid Exchange Web Services.", evidence)
