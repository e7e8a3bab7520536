"""impersonation-role-still-assigned: a way into every mailbox that nothing needs any more."""

from rules import bearing
from rules.facts import EmailServerProfile, Every, ExchangeTenant
from rules.rule import rule
from rules.scope import leads_online
from rules.unknown import any_of, both, known
from rules.verdict import Fail, NotApplicable, Pass, Verdict


@rule(
    id="impersonation-role-still-assigned",
    title="ApplicationImpersonation is still assigned in Exchange Online",
    kind="security",
    severity="note",
    effect="exposes",
    bears_on=bearing.of_exchange_online,
    source="https://learn.microsoft.com/exchange/permissions-exo/application-rbac",
    remedy=(
        "Let an Exchange administrator remove the assignments of ApplicationImpersonation "
        "(`Remove-ManagementRoleAssignment NAME`); "
        "the Microsoft Exchange Online profile signs in server-to-server and needs none."
    ),
)
def check(tenant: ExchangeTenant, profiles: Every[EmailServerProfile]) -> Verdict:
    """The role opens every mailbox; Microsoft took it from Exchange Online in 2025."""
    if not any_of(both(each.active, leads_online(each)) for each, _ in profiles):
        return NotApplicable("No active profile uses Exchange Online.")
    evidence = tenant.evidence("impersonation_role_assigned")
    if known(tenant.impersonation_role_assigned):
        return Fail(
            "The role ApplicationImpersonation, which opens every mailbox, is still assigned in "
            "Exchange Online.",
            evidence,
        )
    return Pass("Nobody holds the role ApplicationImpersonation in Exchange Online.", evidence)
