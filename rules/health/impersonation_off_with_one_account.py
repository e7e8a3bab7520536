"""impersonation-off-with-one-account: one account is to open calendars that it may not open."""

from rules import bearing
from rules.facts import EmailServerProfile, ProfileUse
from rules.option_sets import CredentialRetrieval, ServerType
from rules.rule import rule
from rules.unknown import all_of, is_one_of, known
from rules.verdict import Fail, NotApplicable, Pass, Verdict

EXCHANGE_SERVER = (ServerType.EXCHANGE_SERVER, ServerType.EXCHANGE_SERVER_HYBRID)


@rule(
    id="impersonation-off-with-one-account",
    title="One account serves the calendars of others without impersonation",
    kind="health",
    severity="error",
    effect="stops",
    inferred=True,
    bears_on=bearing.appointments,
    population="in-use",
    source="https://learn.microsoft.com/power-platform/admin/best-practices-server-side-synchronization",
    remedy=(
        "Switch on Use Impersonation in the profile, and let an Exchange administrator give its "
        "account the role ApplicationImpersonation in Exchange Server "
        "(`New-ManagementRoleAssignment -Role ApplicationImpersonation -User ACCOUNT`)."
    ),
)
def check(profile: EmailServerProfile, use: ProfileUse) -> Verdict:
    """Delegation opens email but not appointments, contacts and tasks.

    A profile with a single mailbox may well sign in as that mailbox. Exchange Online has no
    impersonation any more.
    """
    if profile.sole_direction == "outgoing":
        return NotApplicable("No mailbox receives over the profile, so it opens no calendar.")
    online = profile.incoming.reaches_exchange_online
    if online is True or not all_of(
        [
            is_one_of(profile.server_type, *EXCHANGE_SERVER),
            is_one_of(profile.incoming.credential_retrieval, CredentialRetrieval.PROFILE),
        ]
    ):
        return NotApplicable("No account of the profile reads mailboxes of Exchange Server.")
    known(online)
    evidence = profile.incoming.evidence("impersonates")
    if known(profile.incoming.impersonates):
        return Pass("The profile's account impersonates the owners of the mailboxes.", evidence)
    counts = (known(use.synchronizing_mailboxes), known(use.synchronizing_appointments))
    evidence += use.evidence("synchronizing_mailboxes", "synchronizing_appointments")
    if counts[0] > 1 and counts[1] > 0:
        return Fail(
            f"One account serves {counts[0]} mailboxes without impersonation, {counts[1]} of them "
            "with appointments, contacts and tasks.",
            evidence,
        )
    known(use.counted_all)
    return Pass("Without impersonation the account serves no calendar of another.", evidence)
