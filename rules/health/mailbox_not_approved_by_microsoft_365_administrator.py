"""mailbox-not-approved-by-microsoft-365-administrator: Exchange Online's side did not agree."""

from rules.approval import approval_demanded, demand_fields, unless_excused
from rules.facts import Mailbox, Organization
from rules.mailbox_methods import synchronizes_email
from rules.option_sets import ServerType
from rules.rule import rule
from rules.scope import is_online, leads_online
from rules.unknown import Unknown, both, is_one_of, known
from rules.verdict import Fail, NotApplicable, Pass, Verdict

OF_ONE_DIRECTION = Unknown(
    reason="The profile leads to Exchange Online over one direction alone; whether the mailbox "
    "needs the approval of a Microsoft 365 administrator then is not published.",
    remedy="Let a Microsoft 365 administrator approve the email address.",
)


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
    """A hybrid of Exchange Server is no profile of Exchange Online, whatever it names."""
    profile = mailbox.profile
    if profile is None or isinstance(profile, Unknown):
        return profile or False
    whole = profile.is_exchange_online
    hybrid = is_one_of(profile.server_type, ServerType.EXCHANGE_SERVER_HYBRID)
    if whole is not False or hybrid is True:
        return whole
    one = leads_online(profile)
    return OF_ONE_DIRECTION if one is True else one
