"""custom-email-provider: an own email provider stands in place of the built-in one."""

from rules.facts import Declared, Organization
from rules.pages import SUPPORT_PAGE
from rules.rule import rule
from rules.unknown import known
from rules.verdict import Fail, Pass, Verdict


@rule(
    id="custom-email-provider",
    title="An email provider of one's own is built into server-side synchronization",
    kind="support",
    severity="error",
    effect="unsupported",
    statements=("S17-60", "ON9-65", "OP9-43", "CUR-42"),
    source=SUPPORT_PAGE,
    remedy="Use the built-in providers: Exchange, POP3/SMTP or IMAP/SMTP.",
)
def check(organization: Organization, declared: Declared) -> Verdict:
    """Nothing but the declaration tells it."""
    evidence = declared.evidence("custom_email_providers")
    if known(declared.custom_email_providers):
        return Fail("Custom email providers are declared in use.", evidence)
    return Pass("Custom email providers are declared not in use.", evidence)
