"""open-error-alerts: errors of synchronization stand on the alert wall."""

from rules.error_alert import has_passed
from rules.facts import Alerts, Every, Mailbox, Organization
from rules.rule import rule
from rules.thresholds import DAY, Threshold, Thresholds, duration
from rules.unknown import Unknown, both, is_one_of, known
from rules.verdict import Fail, Pass, Verdict

WINDOW = Threshold(
    name="alert_window",
    default=7 * DAY,
    meaning="alerts that were last repeated longer ago do not count",
    fact="open_error_alert",
)


@rule(
    id="open-error-alerts",
    title="Errors of server-side synchronization are on the alert wall",
    kind="health",
    severity="warning",
    effect="degrades",
    thresholds=(WINDOW,),
    source="https://learn.microsoft.com/power-platform/admin/troubleshooting-monitoring-server-side-synchronization",
    remedy="Read the alerts of level error, fix what they name, then delete them.",
)
def check(
    organization: Organization,
    alerts: Alerts,
    mailboxes: Every[Mailbox] | Unknown,
    thresholds: Thresholds,
) -> Verdict:
    """Counts alerts of level error that were written or repeated within the window.

    Where every one is of a mailbox that has synchronized since, none of them persists.
    """
    window = duration(thresholds[WINDOW.name])
    count = known(alerts.open_errors)
    evidence = alerts.evidence("open_errors")
    if count and known(_all_have_passed(alerts, mailboxes)):
        return Pass(
            f"Error alerts written or repeated in the last {window}: {count}; every mailbox that "
            "they are about has synchronized since.",
            evidence + alerts.evidence("subjects", "without_subject"),
        )
    if count:
        at_least = "at least " if isinstance(alerts.counted_all, Unknown) else ""
        message = f"Error alerts written or repeated in the last {window}: {at_least}{count}"
        listed = [f"{cause.says} ({number})" for cause, number in alerts.causes]
        others = count - sum(number for _, number in alerts.causes)
        if listed and others > 0:
            listed.append(f"not recognised ({others})")
        about = f"; what they say: {'; '.join(listed)}" if listed else ""
        return Fail(f"{message}{about}.", evidence + alerts.evidence("subjects", "without_subject"))
    return Pass(f"No error alert was written or repeated in the last {window}.", evidence)


def _all_have_passed(alerts: Alerts, mailboxes: Every[Mailbox] | Unknown) -> bool | Unknown:
    """Whether each error is of a mailbox that has synchronized since."""
    followed: bool | Unknown
    if isinstance(mailboxes, Unknown):
        followed = mailboxes
    elif isinstance(alerts.subjects, Unknown):
        followed = alerts.subjects
    else:
        followed = _followed(alerts.subjects, mailboxes)
    return both(is_one_of(alerts.without_subject, 0), followed)


def _followed(subjects: int, mailboxes: Every[Mailbox]) -> bool | Unknown:
    """Whether so many mailboxes have alerts that have passed: open where some may have."""
    passed = may_have = 0
    why: Unknown | None = None
    for mailbox, number in mailboxes:
        has = has_passed(mailbox)
        if isinstance(has, Unknown):
            why = why or has
            may_have += number
        elif has:
            passed += number
    if passed < subjects <= passed + may_have and why is not None:
        return why
    return passed >= subjects
