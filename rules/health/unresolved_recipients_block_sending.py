"""unresolved-recipients-block-sending: email to unknown addresses is refused on sending."""

from rules import bearing
from rules.facts import Emails, Organization
from rules.rule import rule
from rules.unknown import Unknown, known
from rules.verdict import Fail, Pass, Verdict


@rule(
    id="unresolved-recipients-block-sending",
    title="Email fails because a recipient matches no record",
    kind="health",
    severity="warning",
    effect="degrades",
    bears_on=bearing.sends,
    source="https://learn.microsoft.com/power-platform/admin/settings-email",
    remedy=(
        "In the email settings allow messages with unresolved recipients to be sent, or give each "
        "recipient a record."
    ),
)
def check(organization: Organization, emails: Emails | Unknown) -> Verdict:
    """The setting alone is a choice; it is a fault once messages fail for it."""
    setting = organization.evidence("allows_unresolved_recipients")
    if known(organization.allows_unresolved_recipients):
        return Pass("Messages with unresolved recipients may be sent.", setting)
    sent = known(emails)
    count = known(sent.failed_for_unresolved_recipients)
    evidence = setting + sent.evidence("failed_for_unresolved_recipients")
    if count:
        return Fail(
            f"Messages that failed because unresolved recipients are refused: {count}.", evidence
        )
    return Pass("No message failed because of an unresolved recipient.", evidence)
