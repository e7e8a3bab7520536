"""Whether synchronization of a mailbox errs again and again."""

from rules.facts import Mailbox
from rules.unknown import Unknown, both, is_one_of


def errs_repeatedly(mailbox: Mailbox, limit: int) -> bool | Unknown:
    """Whether so many errors came in a row, the last one after the last success."""
    count = mailbox.sync_error_count
    reached = count if isinstance(count, Unknown) else count is not None and count >= limit
    return both(reached, is_one_of(mailbox.error_after_success, True))
