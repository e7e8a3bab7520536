"""mailbox-not-approved: email of the mailbox waits for an administrator's approval."""

from rules.approval import approval_demanded, demand_fields, unless_excused
from rules.facts import Mailbox, Organization
from rules.mailbox_methods import incoming, outgoing, synchronizes_email
from rules.option_sets import Approval, TestStatus
from rules.rule import rule
from rules.unknown import Unknown, both, either, is_one_of, known
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
    effect="stops",
    repair="approval",
    source="https://learn.microsoft.com/power-platform/admin/troubleshooting-monitoring-server-side-synchronization",
    remedy=(
        "Approve the email address of the mailbox (Approve Email), then Test & Enable Mailbox."
    ),
)
def check(mailbox: Mailbox, organization: Organization) -> Verdict:
    """Only for the kind of owner, user or queue, whose approval the organisation demands.

    What is approved passes, whether the organisation demands it or not.
    """
    demanded = both(synchronizes_email(mailbox), approval_demanded(mailbox, organization))
    if demanded is False:
        return NotApplicable("It synchronizes no email, or needs no approval.")
    approval = known(mailbox.approval)
    if approval is None:
        return Undetermined(
            "The mailbox holds no state of approval at all.",
            "Approve the email address of the mailbox, so that its state is on record.",
            evidence=mailbox.evidence("approval"),
        )
    evidence = mailbox.evidence("approval") + organization.evidence(*demand_fields(mailbox))
    if approval is not Approval.APPROVED:
        if (open_one := unless_excused(demanded)) is not None:
            return open_one
        message = (
            f"The email address of the mailbox {WORDS[approval]}, and the organisation lets no "
            "email flow without approval."
        )
        if approval is Approval.PENDING and _passed_a_test(mailbox) is True:
            message += " It passed a test before, so the address was changed since, it seems."
            evidence += mailbox.evidence("incoming_status", "outgoing_status")
        return Fail(message, evidence)
    return Pass("The email address of the mailbox is approved.", evidence)


def _passed_a_test(mailbox: Mailbox) -> bool | Unknown:
    """Whether a method of email in use was tested with success: an approval was there once."""
    return either(
        *(
            both(method.in_use, is_one_of(method.status, TestStatus.SUCCESS))
            for method in (incoming(mailbox), outgoing(mailbox))
        )
    )
