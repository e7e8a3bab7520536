"""synchronization-stale: a mailbox that is enabled but has not synchronized for long."""

from rules.explained import explained
from rules.facts import Mailbox, Organization
from rules.rule import rule
from rules.thresholds import DAY, HOUR, Threshold, Thresholds, duration
from rules.unknown import both, either, known
from rules.verdict import Fail, NotApplicable, Pass, Verdict

WARNING = Threshold(
    name="synchronization_stale_warning",
    default=HOUR,
    meaning="a mailbox whose last successful synchronization is older is a warning",
    fact="since_success_s",
)
WARNING_WITH_BACK_OFF = Threshold(
    name="synchronization_stale_warning_with_back_off",
    default=DAY,
    meaning="the same, where the organisation looks at inactive mailboxes less often",
    fact="since_success_s",
)
ERROR = Threshold(
    name="synchronization_stale_error",
    default=DAY,
    meaning="a mailbox whose last successful synchronization is older is an error",
    fact="since_success_s",
)


@rule(
    id="synchronization-stale",
    title="The mailbox has not synchronized for long",
    kind="health",
    severity="error",
    effect="stops",
    repair="test",
    decisive=True,
    thresholds=(WARNING, WARNING_WITH_BACK_OFF, ERROR),
    source="https://learn.microsoft.com/power-platform/admin/troubleshooting-monitoring-server-side-synchronization",
    remedy=(
        "Read the alerts of the mailbox, fix what they name, then Test & Enable Mailbox. On "
        "premises, see that the asynchronous service runs."
    ),
)
def check(mailbox: Mailbox, organization: Organization, thresholds: Thresholds) -> Verdict:
    """Measures from the last success to the time the record was read; a recent try cures nothing.

    Outgoing email alone leaves no mark in the mailbox, so a mailbox that only sends is outside.
    """
    receives = both(mailbox.synchronizes_incoming, mailbox.enabled_for_incoming)
    appointments = both(mailbox.synchronizes_appointments, mailbox.enabled_for_act)
    if not known(either(receives, appointments)):
        return NotApplicable("Neither incoming email nor appointments are enabled.")
    age_s = known(mailbox.since_success_s)
    if age_s is None:
        return NotApplicable("It never synchronized: never-synchronized judges that.")
    evidence = mailbox.evidence("since_success_s")
    error_s = thresholds["synchronization_stale_error"]
    if age_s >= error_s:
        fail = Fail(f"The last success is more than {duration(error_s)} old.", evidence)
        return explained(fail, mailbox)
    backs_off = organization.backs_off_inactive_mailboxes
    warning_s = thresholds["synchronization_stale_warning"]
    if age_s >= warning_s:
        evidence += organization.evidence("backs_off_inactive_mailboxes")
        if known(backs_off):
            warning_s = thresholds["synchronization_stale_warning_with_back_off"]
        if age_s >= warning_s:
            fail = Fail(
                f"The last success is more than {duration(warning_s)} old.",
                evidence,
                severity="warning",
                effect="degrades",
            )
            return explained(fail, mailbox)
    return Pass(f"The last success is less than {duration(warning_s)} old.", evidence)
