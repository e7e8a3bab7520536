"""When a mailbox errs again and again: the count below, at and above the limit."""

import pytest

from rules.repeated_errors import errs_repeatedly
from tests.rules.facts import MISSING, mailbox


@pytest.mark.parametrize(
    ("count", "after_success", "errs"),
    [
        (9, True, False),
        (10, True, True),
        (11, True, True),
        (10, False, False),
        (10, None, False),
        (None, True, False),
        (MISSING, True, MISSING),
        (MISSING, False, False),
        (10, MISSING, MISSING),
        (9, MISSING, False),
    ],
)
def test_so_many_errors_in_a_row_after_the_last_success(count, after_success, errs) -> None:
    own = mailbox(sync_error_count=count, error_after_success=after_success)
    assert errs_repeatedly(own, 10) is errs
