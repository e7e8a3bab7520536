"""mailbox-not-approved: email of the mailbox waits for an administrator's approval."""

from rules.approval import approval_demanded, demand_fields
from rules.facts import Mailbox, Organization
from rules.mailbox_methods import synchronizes_email
from rules.option_sets import Approval
from rules.rule import rule
from rules.unknown import all_of, known
from rules.verdict import Fail, NotApplicable, Pass, Undetermined, Verdict

WORDS = {
    Approval.EMPTY: "was never approved",
    Approval.PENDING: "still waits for approval",
    Approval.REJECTED: "was rejected",
}


@rule(
    id="mailbox-not-approved",
    title="The mailbox is not approved, so its email does not flow",
    kind="health",
    severity="error",
    source="https://learn.microsoft.com/power-platform/admin/troubleshooting-monitoring-server-side-synchronization",
    remedy=(
        "Approve the email address of the mailbox (Approve Email), then Test & Enable Mailbox."
    ),
)
def check(mailbox: Mailbox, organization: Organization) -> Verdict:
    """Only for the kind of owner, user or queue, whose approval the organisation demands."""
    if not all_of([synchronizes_email(mailbox), approval_demanded(mailbox, organization)]):
        return NotApplicable("It synchronizes no email, or needs no approval.")
    approval = known(mailbox.approval)
    if approval is None:
        return Undetermined(
            "The mailbox holds no state of approval at all.",
            "Approve the email address of the mailbox, so that its state is on record.",
            evidence=mailbox.seen("approval"),
        )
    evidence = mailbox.seen("approval") + organization.seen(*demand_fields(mailbox))
    if approval is not Approval.APPROVED:
        return Fail(
            f"The email address of the mailbox {WORDS[approval]}, and the organisation lets no "
            "email flow without approval.",
            evidence,
        )
    return Pass("The email address of the mailbox is approved.", evidence)
