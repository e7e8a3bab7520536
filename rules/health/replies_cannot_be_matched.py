"""replies-cannot-be-matched: nothing ties an answer to the email it answers."""

from rules import bearing
from rules.facts import Organization
from rules.rule import rule
from rules.unknown import both, known, negated
from rules.verdict import Fail, Pass, Verdict


@rule(
    id="replies-cannot-be-matched",
    title="Replies cannot be matched to the email they answer",
    kind="health",
    severity="warning",
    effect="degrades",
    bears_on=bearing.receives,
    source="https://learn.microsoft.com/power-platform/admin/email-message-filtering-correlation",
    remedy="Switch on correlation of email, tracking tokens, or both in the email settings.",
)
def check(organization: Organization) -> Verdict:
    """Either way is enough."""
    evidence = organization.evidence("correlates_email", "uses_tracking_token")
    if known(
        both(negated(organization.correlates_email), negated(organization.uses_tracking_token))
    ):
        return Fail("Both correlation of email and tracking tokens are off.", evidence)
    return Pass("Correlation of email or tracking tokens are on.", evidence)
