"""email-pending-send: outgoing email waits and is not sent."""

from rules import bearing
from rules.facts import Emails, Organization
from rules.rule import rule
from rules.thresholds import HOUR, Threshold, Thresholds, duration
from rules.unknown import known
from rules.verdict import Fail, Pass, Verdict

AGE = Threshold(
    name="pending_send_age",
    default=HOUR,
    meaning="outgoing email that waits or fails counts once it is older",
    fact="email_waits",
)


@rule(
    id="email-pending-send",
    title="Outgoing email is stuck in Pending Send",
    kind="health",
    severity="error",
    effect="degrades",
    bears_on=bearing.sends,
    thresholds=(AGE,),
    source="https://learn.microsoft.com/power-platform/admin/troubleshooting-monitoring-server-side-synchronization",
    remedy=(
        "See that the mailbox of each sender has Server-Side Synchronization as outgoing method, "
        "is approved, tested and enabled."
    ),
)
def check(organization: Organization, emails: Emails, thresholds: Thresholds) -> Verdict:
    """Counts what is older than the age; younger email is on its way."""
    age = duration(thresholds[AGE.name])
    count = known(emails.pending_send)
    evidence = emails.evidence("pending_send")
    if count:
        return Fail(
            f"Messages that have waited in Pending Send for more than {age}: {count}.", evidence
        )
    return Pass(f"No message has waited in Pending Send for more than {age}.", evidence)
