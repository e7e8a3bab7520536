"""Whether a scheduled test of a mailbox was due long ago."""

import pytest

from rules.unknown import Unknown
from tests.auditor.recorded import verdicts
from tests.auditor.rows import mailbox, tables

DUE = "postponetestemailconfigurationuntil"


def overdue(outside):
    (group,) = verdicts(outside, {}).groups
    return group.configuration.mailbox.test_overdue


@pytest.mark.parametrize(
    ("scheduled", "due", "expected"),
    [
        (True, "2026-11-23T01:59:59Z", True),
        (True, "2026-11-23T02:00:00Z", False),
        (True, "2026-11-23T03:30:00Z", False),
        (True, None, None),
        (False, "2026-11-01T00:00:00Z", None),
        (None, "2026-11-01T00:00:00Z", None),
    ],
)
def test_only_a_scheduled_test_with_a_time_can_be_overdue(scheduled, due, expected):
    row = mailbox(testemailconfigurationscheduled=scheduled, **{DUE: due})
    assert overdue(tables([row])) is expected


def test_a_time_that_is_hidden_or_absent_is_not_taken_for_none():
    odd = mailbox(testemailconfigurationscheduled=True, **{DUE: "01/01/2026"})
    assert isinstance(overdue(tables([odd])), Unknown)
    row = mailbox(testemailconfigurationscheduled=True)
    for refuse in ("secured", "without"):
        outside = getattr(tables([row]), refuse)("dynamics.mailboxes", DUE)
        assert isinstance(overdue(outside), Unknown)


def test_tests_that_are_not_scheduled_share_one_configuration():
    times = [None, "2026-11-01T00:00:00Z", "2026-11-23T03:30:00Z"]
    found = [mailbox(f"mailbox-{number}", **{DUE: due}) for number, due in enumerate(times)]
    configurations = verdicts(tables(found), {}).facts.mailboxes.configurations
    assert len({each.mailbox.test_overdue for each in configurations}) == 1
