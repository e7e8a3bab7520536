"""mass-email-campaigns: marketing email is sent through server-side synchronization."""

from rules import bearing
from rules.facts import Declared, Emails, Organization
from rules.pages import SUPPORT_PAGE
from rules.rule import rule
from rules.unknown import Unknown, known
from rules.verdict import Fail, Pass, Undetermined, Verdict


@rule(
    id="mass-email-campaigns",
    title="Mass email campaigns are sent through server-side synchronization",
    kind="support",
    severity="error",
    effect="unsupported",
    bears_on=bearing.sends,
    statements=("S17-58", "ON9-63", "OP9-41", "CUR-40"),
    source=SUPPORT_PAGE,
    remedy="Send campaigns with a marketing product, outside server-side synchronization.",
)
def check(organization: Organization, declared: Declared, emails: Emails | Unknown) -> Verdict:
    """Campaign email that was read fails it undeclared; seeing none proves nothing."""
    said = declared.mass_email_campaigns
    seen = emails if isinstance(emails, Unknown) else emails.from_campaigns
    campaigns = 0 if isinstance(seen, Unknown) else seen
    found = (
        () if isinstance(emails, Unknown) or not campaigns else emails.evidence("from_campaigns")
    )
    if isinstance(said, Unknown):
        if campaigns:
            return Fail(f"{campaigns} outgoing email messages belong to campaigns.", found)
        known(said)
    evidence = declared.evidence("mass_email_campaigns") + found
    if said is True:
        return Fail("Mass email campaigns are declared in use.", evidence)
    if campaigns:
        return Undetermined(
            f"Mass email campaigns are declared not in use, but {campaigns} outgoing email "
            "messages belong to campaigns.",
            "Correct mass_email_campaigns in the configuration, or stop the campaigns.",
            evidence=evidence,
        )
    return Pass("Mass email campaigns are declared not in use.", evidence)
