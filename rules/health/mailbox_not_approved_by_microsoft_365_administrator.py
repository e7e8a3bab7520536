"""mailbox-not-approved-by-microsoft-365-administrator: Exchange Online's side did not agree."""

from rules.approval import approval_demanded, demand_fields, unless_excused
from rules.facts import Mailbox, Organization
from rules.mailbox_methods import synchronizes_email
from rules.rule import rule
from rules.scope import is_online
from rules.unknown import Unknown, both, known
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="mailbox-not-approved-by-microsoft-365-administrator",
    title="No Microsoft 365 administrator has approved the mailbox",
    kind="health",
    severity="error",
    effect="stops",
    repair="approval",
    source="https://learn.microsoft.com/power-platform/admin/connect-exchange-online",
    remedy=(
        "Let a person who is System Administrator in Dynamics 365 and Global or Exchange "
        "administrator in Microsoft 365, or who has the role Delegated Mailbox Approver, approve "
        "the email address; then Test & Enable Mailbox."
    ),
)
def check(mailbox: Mailbox, organization: Organization) -> Verdict:
    """On premises the approval of the Dynamics 365 administrator is enough.

    What is approved passes, whether the organisation demands it or not.
    """
    demanded = both(
        is_online(organization),
        synchronizes_email(mailbox),
        approval_demanded(mailbox, organization),
        _reads_exchange_online(mailbox),
    )
    if demanded is False:
        return NotApplicable(
            "This is not Dynamics 365 (online) with Exchange Online, or no approval is needed."
        )
    evidence = mailbox.evidence("approved_by_microsoft_365") + organization.evidence(
        *demand_fields(mailbox)
    )
    if not known(mailbox.approved_by_microsoft_365):
        if (open_one := unless_excused(demanded)) is not None:
            return open_one
        return Fail("No Microsoft 365 administrator has approved the mailbox.", evidence)
    return Pass("A Microsoft 365 administrator has approved the mailbox.", evidence)


def _reads_exchange_online(mailbox: Mailbox) -> bool | Unknown:
    profile = mailbox.profile
    if profile is None:
        return False
    return profile if isinstance(profile, Unknown) else profile.is_exchange_online
