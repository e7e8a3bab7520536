"""polling-interval-long: the profile makes its mailboxes wait between two looks."""

from rules.facts import EmailServerProfile
from rules.rule import rule
from rules.thresholds import MINUTE, Threshold, Thresholds, duration
from rules.unknown import known
from rules.verdict import Fail, Pass, Verdict

LONGEST = Threshold(
    name="polling_interval",
    default=15 * MINUTE,
    meaning="a profile that lets more time pass between two looks at a mailbox is a warning",
)


@rule(
    id="polling-interval-long",
    title="The profile looks at its mailboxes only after a long time",
    kind="health",
    severity="warning",
    effect="degrades",
    population="in-use",
    thresholds=(LONGEST,),
    source="https://learn.microsoft.com/power-platform/admin/connect-exchange-online",
    remedy="Lower the minimum polling interval of the profile; 0 leaves the timing to the service.",
)
def check(profile: EmailServerProfile, thresholds: Thresholds) -> Verdict:
    """An empty interval and 0 set no minimum."""
    minutes = known(profile.polling_interval_minutes) or 0
    evidence = profile.evidence("polling_interval_minutes")
    longest_s = thresholds[LONGEST.name]
    if minutes * MINUTE > longest_s:
        wait = duration(minutes * MINUTE)
        return Fail(f"The profile waits at least {wait} between two looks at a mailbox.", evidence)
    return Pass(f"The profile asks for no more than {duration(longest_s)} of waiting.", evidence)
