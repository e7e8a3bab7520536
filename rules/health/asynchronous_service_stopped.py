"""asynchronous-service-stopped: nearly all mailboxes stopped at once, so processing did."""

from rules.evidence import Evidence
from rules.facts import Every, Mailbox, Organization
from rules.health.synchronization_stale import WARNING, WARNING_WITH_BACK_OFF
from rules.rule import rule
from rules.scope import is_online
from rules.thresholds import Threshold, Thresholds, duration
from rules.unknown import Unknown, both, either, known
from rules.verdict import Fail, NotApplicable, Pass, Verdict

SHARE = Threshold(
    name="asynchronous_service_stopped_percent",
    default=80,
    meaning="so many of a hundred mailboxes stale at once mean that the service stopped",
    unit="number",
)
FEWEST = Threshold(
    name="asynchronous_service_stopped_mailboxes",
    default=3,
    meaning="with fewer mailboxes a share says nothing of the service",
    unit="number",
)

ONLINE = (
    "Look at the environment in the Power Platform admin centre: switch administration mode off, "
    "or switch background operations on in it. Where neither is the reason, see the service health "
    "in the Microsoft 365 admin centre."
)


@rule(
    id="asynchronous-service-stopped",
    title="Synchronization has stopped for nearly all mailboxes at once",
    kind="health",
    severity="error",
    effect="stops",
    inferred=True,
    thresholds=(WARNING, WARNING_WITH_BACK_OFF, SHARE, FEWEST),
    source="https://learn.microsoft.com/power-platform/admin/troubleshooting-monitoring-server-side-synchronization",
    remedy=(
        "Start the Microsoft Dynamics CRM asynchronous processing service on its hosts and look "
        "at their event logs."
    ),
)
def check(organization: Organization, mailboxes: Every[Mailbox], thresholds: Thresholds) -> Verdict:
    """Counts enabled mailboxes that worked once; those that are open count either way.

    Online, administration mode without background operations stops them all at once.
    """
    online = known(is_online(organization))
    backs_off = known(organization.backs_off_inactive_mailboxes)
    limit_s = thresholds[(WARNING_WITH_BACK_OFF if backs_off else WARNING).name]
    stale, fresh, open_count = 0, 0, 0
    open_fact: Unknown | None = None
    evidence: tuple[Evidence, ...] = ()
    for mailbox, count in mailboxes:
        is_stale = _is_stale(mailbox, limit_s)
        if isinstance(is_stale, Unknown):
            open_fact, open_count = open_fact or is_stale, open_count + count
        elif is_stale is not None:
            evidence = evidence or mailbox.evidence("since_success_s")
            stale, fresh = stale + count * is_stale, fresh + count * (not is_stale)
    total = stale + fresh + open_count
    fewest, percent = thresholds[FEWEST.name], thresholds[SHARE.name]
    if total < max(fewest, 1):
        return NotApplicable("Too few mailboxes synchronize to judge the service by them.")
    if stale + fresh >= fewest and stale * 100 >= percent * total:
        return Fail(
            f"{stale:,} of {stale + fresh:,} enabled mailboxes have not synchronized for more than "
            f"{duration(limit_s)}.",
            evidence + organization.evidence("backs_off_inactive_mailboxes"),
            remedy=ONLINE if online else None,
        )
    if open_fact is not None and (
        stale + fresh < fewest or (stale + open_count) * 100 >= percent * total
    ):
        known(open_fact)
    return Pass(
        f"{fresh:,} of {stale + fresh:,} enabled mailboxes have synchronized within "
        f"{duration(limit_s)}.",
        evidence,
    )


def _is_stale(mailbox: Mailbox, limit_s: int) -> bool | None | Unknown:
    """Whether its last success is too old; None: it does not synchronize, or never did."""
    enabled = both(
        mailbox.synchronizing,
        either(
            both(mailbox.synchronizes_incoming, mailbox.enabled_for_incoming),
            both(mailbox.synchronizes_appointments, mailbox.enabled_for_act),
        ),
    )
    if enabled is False:
        return None
    age_s = mailbox.since_success_s
    if isinstance(age_s, Unknown):
        return age_s
    if age_s is None:
        return None
    return enabled if isinstance(enabled, Unknown) else age_s >= limit_s
