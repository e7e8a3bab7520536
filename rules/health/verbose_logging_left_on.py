"""verbose-logging-left-on: a mailbox that still logs every step."""

from rules.facts import Mailbox
from rules.rule import rule
from rules.unknown import known
from rules.verdict import Fail, Pass, Verdict


@rule(
    id="verbose-logging-left-on",
    title="Verbose logging of the mailbox is on",
    kind="health",
    severity="note",
    effect="exposes",
    source="https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/mailbox",
    remedy="Set verbose logging of the mailbox back to 0 once the fault it was for is found.",
)
def check(mailbox: Mailbox) -> Verdict:
    """It slows synchronization down and leaves personal content in the logs."""
    evidence = mailbox.evidence("verbose_logging")
    if known(mailbox.verbose_logging):
        return Fail("Verbose logging of the mailbox is on.", evidence)
    return Pass("Verbose logging of the mailbox is off.", evidence)
