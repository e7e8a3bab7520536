"""customer-key-before-supported-version: encrypted mailboxes before Dynamics could read them."""

from rules import bearing
from rules.facts import ExchangeTenant, Organization
from rules.pages import SUPPORT_PAGE
from rules.rule import rule
from rules.scope import is_online
from rules.unknown import Unknown, known
from rules.verdict import Fail, NotApplicable, Pass, Verdict

FIRST_VERSION = (8, 1)
"""CRM Online 2016 Update 1."""


@rule(
    id="customer-key-before-supported-version",
    title="Mailboxes are encrypted with Customer Key before a version that supports it",
    kind="support",
    severity="error",
    effect="unsupported",
    bears_on=bearing.of_exchange_online,
    statements=("S17-46", "ON9-51", "CUR-24"),
    source=SUPPORT_PAGE,
    remedy="Update Dynamics 365 (online) to 8.1 or later, or do without Customer Key.",
)
def check(organization: Organization, tenant: ExchangeTenant | Unknown) -> Verdict:
    """From 8.1 on it does not matter whether Customer Key is in force."""
    if not known(is_online(organization)):
        return NotApplicable("This is not Dynamics 365 (online).")
    version = known(organization.version)
    told = ".".join(str(part) for part in version)
    evidence = organization.evidence("version")
    if version >= FIRST_VERSION:
        return Pass(f"Version {told} supports mailboxes encrypted with Customer Key.", evidence)
    tenant = known(tenant)
    evidence += tenant.evidence("customer_key_in_force")
    if known(tenant.customer_key_in_force):
        return Fail(f"Customer Key is in force, and version {told} does not support it.", evidence)
    return Pass("Customer Key is not in force.", evidence)
