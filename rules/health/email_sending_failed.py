"""email-sending-failed: outgoing email that got stuck on its way or failed."""

from rules.facts import Emails, Organization
from rules.rule import rule
from rules.thresholds import Threshold, Thresholds
from rules.unknown import known
from rules.verdict import Fail, Pass, Verdict

FEWEST = Threshold(
    name="email_sending_failed",
    default=1,
    meaning="so many emails stuck in Sending or Failed are an error",
    unit="number",
)


@rule(
    id="email-sending-failed",
    title="Outgoing email is stuck or failed",
    kind="health",
    severity="error",
    thresholds=(FEWEST,),
    source="https://learn.microsoft.com/power-platform/admin/troubleshooting-monitoring-server-side-synchronization",
    remedy=(
        "Open the emails in status Sending or Failed, read why, mend the sender's mailbox, and "
        "send them again or cancel them."
    ),
)
def check(organization: Organization, emails: Emails, thresholds: Thresholds) -> Verdict:
    """Counts outgoing email in Sending or Failed that is older than a message takes to go out."""
    count = known(emails.sending_or_failed)
    evidence = emails.seen("sending_or_failed")
    if count >= thresholds[FEWEST.name]:
        return Fail(f"{count} outgoing emails are stuck in Sending or Failed.", evidence)
    return Pass(f"{count} outgoing emails are stuck in Sending or Failed.", evidence)
