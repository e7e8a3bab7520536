"""What Dynamics 365 itself shows of a mailbox, which goes before what settings make likely."""

from rules.facts import Mailbox, Organization
from rules.mailbox_methods import Method, appointments, incoming, outgoing
from rules.option_sets import TestStatus
from rules.thresholds import Thresholds
from rules.unknown import Unknown, both, either

WARNING, WITH_BACK_OFF = (
    "synchronization_stale_warning",
    "synchronization_stale_warning_with_back_off",
)

SHOWN_BY = (
    "since_success_s",
    "since_test_s",
    "synchronized_since_profile_change",
    "tested_since_profile_change",
    "incoming_method",
    "incoming_status",
    "enabled_for_incoming",
    "outgoing_method",
    "outgoing_status",
    "enabled_for_outgoing",
    "act_method",
    "act_status",
    "enabled_for_act",
)
"""All facts of a mailbox that are looked at: of mailboxes alike in these the same is shown."""


def shown_to_work(
    mailbox: Mailbox, organization: Organization, thresholds: Thresholds, *, since_change: bool
) -> dict[str, bool | Unknown]:
    """Whether the mailbox synchronizes over each direction of its profile, as Dynamics shows.

    Incoming: a fresh success, in the sense of `synchronization-stale`, of a method that is enabled
    and passed its test. Outgoing email leaves no mark, so there it is the test that must have
    succeeded, and be fresh or be followed by such a success. With `since_change` both must also be
    later than the last change of the profile. Unknown where that was not read.
    """
    fresh = _is_fresh(mailbox.since_success_s, organization, thresholds)
    tested = _is_fresh(mailbox.since_test_s, organization, thresholds)
    succeeded_since = mailbox.synchronized_since_profile_change if since_change else True
    tested_since = mailbox.tested_since_profile_change if since_change else True
    passed = either(_passed(incoming(mailbox)), _passed(appointments(mailbox)))
    works = both(fresh, passed, succeeded_since)
    sends = both(_passed(outgoing(mailbox)), either(works, tested), tested_since)
    return {"incoming": works, "outgoing": sends}


def _passed(method: Method) -> bool | Unknown:
    status = method.status
    succeeded = status if isinstance(status, Unknown) else status is TestStatus.SUCCESS
    return both(method.in_use, method.enabled, succeeded)


def _is_fresh(
    age_s: int | None | Unknown, organization: Organization, thresholds: Thresholds
) -> bool | Unknown:
    """Whether something happened so lately; None: it never did."""
    if isinstance(age_s, Unknown):
        return age_s
    if age_s is None:
        return False
    backs_off = organization.backs_off_inactive_mailboxes
    if isinstance(backs_off, Unknown):
        within = {age_s < thresholds[each] for each in (WARNING, WITH_BACK_OFF)}
        return backs_off if len(within) == 2 else within.pop()
    return age_s < thresholds[WITH_BACK_OFF if backs_off else WARNING]
