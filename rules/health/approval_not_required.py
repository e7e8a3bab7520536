"""approval-not-required: an address may be typed in and read without an administrator's word."""

from rules import bearing
from rules.facts import Organization
from rules.rule import rule
from rules.unknown import all_of
from rules.verdict import Fail, Pass, Verdict


@rule(
    id="approval-not-required",
    title="Email addresses need no approval, so anyone who may edit one can read a foreign mailbox",
    kind="security",
    severity="warning",
    effect="exposes",
    bears_on=bearing.email,
    source="https://learn.microsoft.com/power-platform/admin/settings-email",
    remedy=(
        "Approve the mailboxes that are in use; then let the email settings of the organisation "
        "process email only for approved users and only for approved queues."
    ),
)
def check(organization: Organization) -> Verdict:
    """Users and queues have a switch each; one that is off is enough."""
    switches = {
        "users": organization.requires_approval_for_user_email,
        "queues": organization.requires_approval_for_queue_email,
    }
    evidence = organization.evidence(
        "requires_approval_for_user_email", "requires_approval_for_queue_email"
    )
    if not all_of(switches.values()):
        off = " and ".join(name for name, on in switches.items() if on is False)
        return Fail(f"Email is processed without approval of the addresses of {off}.", evidence)
    return Pass("Email is processed for approved users and queues only.", evidence)
