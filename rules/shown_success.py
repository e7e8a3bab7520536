"""What Dynamics 365 itself shows of a mailbox, which goes before what settings make likely."""

from rules.facts import Mailbox, Organization
from rules.mailbox_methods import Method, appointments, incoming, outgoing
from rules.option_sets import TestStatus
from rules.thresholds import Thresholds

WARNING, WITH_BACK_OFF = (
    "synchronization_stale_warning",
    "synchronization_stale_warning_with_back_off",
)


def shown_to_work(
    mailbox: Mailbox, organization: Organization, thresholds: Thresholds, *, since_change: bool
) -> frozenset[str]:
    """The directions of its profile over which the mailbox synchronizes, as Dynamics shows.

    Incoming: a fresh success, in the sense of `synchronization-stale`, of a method that is enabled
    and passed its test. Outgoing email leaves no mark, so there it is the test that must have
    succeeded, and be fresh or be followed by such a success. With `since_change` both must also be
    later than the last change of the profile.
    """
    backs_off = organization.backs_off_inactive_mailboxes is True
    limit_s = thresholds[WITH_BACK_OFF if backs_off else WARNING]
    shown = set()
    if (
        _within(mailbox.since_success_s, limit_s)
        and (_passed(incoming(mailbox)) or _passed(appointments(mailbox)))
        and (mailbox.synchronized_since_profile_change or not since_change)
    ):
        shown.add("incoming")
    if (
        _passed(outgoing(mailbox))
        and ("incoming" in shown or _within(mailbox.since_test_s, limit_s))
        and (mailbox.tested_since_profile_change or not since_change)
    ):
        shown.add("outgoing")
    return frozenset(shown)


def _passed(method: Method) -> bool:
    return method.in_use is True and method.enabled is True and method.status is TestStatus.SUCCESS


def _within(age_s: object, limit_s: int) -> bool:
    return isinstance(age_s, int) and age_s < limit_s
