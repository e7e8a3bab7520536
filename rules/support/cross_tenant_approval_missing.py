"""cross-tenant-approval-missing: nobody of the primary tenant approved a mailbox of another."""

from rules.facts import Mailbox, Organization
from rules.option_sets import Approval
from rules.pages import SUPPORT_PAGE
from rules.rule import rule
from rules.scope import reached_across_tenants
from rules.unknown import is_one_of, known, negated
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="cross-tenant-approval-missing",
    title="A mailbox of another tenant is not approved by an administrator of the primary tenant",
    kind="support",
    severity="error",
    effect="unsupported",
    repair="approval",
    statements=("CUR-33",),
    source=SUPPORT_PAGE,
    remedy=(
        "Let a Global or Exchange administrator of the primary tenant approve the email of the "
        "mailbox, as the support page demands; a person to whom one of them gave the role "
        "Delegated Mailbox Approver may do it too. Then test and enable the mailbox."
    ),
)
def check(mailbox: Mailbox, organization: Organization) -> Verdict:
    """Asked whatever the organization's own setting of approval says."""
    profile = known(mailbox.profile)
    if profile is None or not reached_across_tenants(organization, profile):
        return NotApplicable("The mailbox is not in an Exchange Online of another tenant.")
    tenants = profile.evidence("same_tenant")
    if mailbox.approved_by_microsoft_365 is False:
        return Fail(
            "No administrator of the primary tenant approved the mailbox.",
            tenants + mailbox.evidence("approved_by_microsoft_365"),
        )
    if known(negated(is_one_of(mailbox.approval, Approval.APPROVED))):
        return Fail(
            "The email of the mailbox is not approved.", tenants + mailbox.evidence("approval")
        )
    known(mailbox.approved_by_microsoft_365)
    return Pass(
        "An administrator of the primary tenant approved the mailbox.",
        tenants + mailbox.evidence("approved_by_microsoft_365", "approval"),
    )
