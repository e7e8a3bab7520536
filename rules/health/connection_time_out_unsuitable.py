"""connection-time-out-unsuitable: a profile that gives up too soon, or never."""

from rules.facts import EmailServerProfile
from rules.rule import rule
from rules.thresholds import Threshold, Thresholds
from rules.unknown import known
from rules.verdict import Fail, Pass, Undetermined, Verdict

SHORTEST = Threshold(
    name="connection_time_out_shortest_ms",
    default=10000,
    meaning="a time-out of fewer milliseconds gives up on servers that are merely slow",
    unit="number",
)


@rule(
    id="connection-time-out-unsuitable",
    title="The profile waits too briefly for the mail server, or without end",
    kind="health",
    severity="note",
    effect="degrades",
    population="in-use",
    thresholds=(SHORTEST,),
    source="https://learn.microsoft.com/power-apps/developer/data-platform/reference/entities/emailserverprofile",
    remedy="Switch the time-out of the profile on and leave it at some 100 seconds.",
)
def check(profile: EmailServerProfile, thresholds: Thresholds) -> Verdict:
    """Without a time-out one server that hangs holds up the mailboxes behind it."""
    if not known(profile.times_out):
        return Fail(
            "The profile waits for the mail server without end.", profile.evidence("times_out")
        )
    evidence = profile.evidence("times_out", "timeout_ms")
    timeout_ms = known(profile.timeout_ms)
    if timeout_ms is None:
        return Undetermined(
            "The profile has a time-out but names no length.",
            "Enter a time-out in the profile.",
            evidence=evidence,
        )
    if timeout_ms < thresholds[SHORTEST.name]:
        return Fail(f"The profile waits only {timeout_ms:,} ms for the mail server.", evidence)
    return Pass(f"The profile waits {timeout_ms:,} ms for the mail server.", evidence)
