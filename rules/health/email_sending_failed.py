"""email-sending-failed: outgoing email that got stuck on its way or failed."""

from rules import bearing
from rules.counting import counted
from rules.facts import Emails, Organization
from rules.rule import rule
from rules.thresholds import DAY, Threshold, Thresholds, duration
from rules.unknown import Unknown, known
from rules.verdict import Fail, Pass, Verdict

FEWEST = Threshold(
    name="email_sending_failed",
    default=1,
    meaning="so many emails stuck in Sending or Failed are an error",
    unit="number",
)

WINDOW = Threshold(
    name="email_failed_window",
    default=30 * DAY,
    meaning="email that failed longer ago is a note, not an error",
)


@rule(
    id="email-sending-failed",
    title="Outgoing email is stuck or failed",
    kind="health",
    severity="error",
    effect="degrades",
    bears_on=bearing.sends,
    thresholds=(FEWEST, WINDOW),
    source="https://learn.microsoft.com/power-platform/admin/troubleshooting-monitoring-server-side-synchronization",
    remedy=(
        "Open the emails in status Sending or Failed, read why, fix the sender's mailbox, and "
        "send them again or cancel them."
    ),
)
def check(organization: Organization, emails: Emails, thresholds: Thresholds) -> Verdict:
    """Counts outgoing email in Sending or Failed that is older than a message takes to go out.

    What failed long ago and was left lying is a note: nobody waits for it any more.
    """
    count = known(emails.sending_or_failed)
    stuck = counted(count, "outgoing email is", "outgoing emails are")
    message = f"{stuck} stuck in Sending or Failed"
    evidence = emails.evidence("sending_or_failed")
    fewest = thresholds[FEWEST.name]
    if count >= fewest:
        lately = emails.sending_or_failed_lately
        window = duration(thresholds[WINDOW.name])
        if isinstance(lately, Unknown):
            return Fail(
                f"{message}; whether some failed within {window}, which would be an error, is not "
                f"known: {lately.reason}",
                evidence,
                severity="note",
            )
        if lately < fewest:
            return Fail(
                f"{message}, {count - lately:,} of them for more than {window}.",
                evidence,
                severity="note",
            )
        return Fail(f"{message}.", evidence)
    return Pass(f"{message}.", evidence)
