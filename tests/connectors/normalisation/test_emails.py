"""Outgoing email counts once it has waited for longer than it should."""

import msgspec
import pytest
from msgspec import UNSET

from connectors.dynamics.tables.activityparties import PartyRow
from connectors.dynamics.tables.emails import EmailRow
from connectors.normalisation.emails import emails
from rules.unknown import Unknown
from tests.connectors.dynamics.readings import reading

SOURCE, PARTIES = "dynamics.emails", "dynamics.activityparties"
LIMITS = {"pending_send_age": 3600, "email_sending_failed": 2, "email_failed_window": 86400}


def email(status, modified="2026-11-23T08:00:00Z", **columns):
    usual = {"createdon": "2026-11-20T08:00:00Z", "deliveryattempts": 0}
    columns = {**usual, "delayedemailsendtime": None, **columns}
    return EmailRow(activityid="1", statuscode=status, modifiedon=modified, **columns)


def facts(*rows, parties=(), parties_state=(), **state):
    readings = {
        SOURCE: reading(SOURCE, *rows, **state),
        PARTIES: reading(PARTIES, *parties, **dict(parties_state)),
    }
    return emails(readings, LIMITS.__getitem__)


def test_each_status_is_counted_under_its_name():
    found = facts(email(6), email(7), email(8), email(8))
    assert (found.pending_send, found.sending_or_failed) == (1, 3)
    assert [each.value for each in found.evidence("sending_or_failed")] == [7, 8]


@pytest.mark.parametrize(
    ("row", "counts"),
    [
        (email(6, "2026-11-23T11:00:00Z"), True),
        (email(6, "2026-11-23T11:00:01Z"), False),
        (email(6, "2026-11-23T11:59:00Z", deliveryattempts=1), False),
        (email(6, "2026-11-23T11:59:00Z", deliveryattempts=2), True),
        (email(6, delayedemailsendtime="2026-11-24T08:00:00Z"), False),
        (email(6, delayedemailsendtime="2026-11-23T11:30:00Z"), False),
        (email(6, delayedemailsendtime="2026-11-23T09:00:00Z"), True),
        (email(6, modified=None), False),
    ],
)
def test_age_counts_from_the_last_change_until_delivery_was_tried_again(row, counts):
    assert facts(row).pending_send == int(counts)


@pytest.mark.parametrize(
    ("status", "modified", "lately"),
    [
        (8, "2026-11-22T12:00:00Z", 1),
        (8, "2026-11-22T11:59:59Z", 0),
        (7, "2026-11-01T00:00:00Z", 1),
    ],
)
def test_only_failures_within_the_window_are_new(status, modified, lately):
    found = facts(email(status, modified))
    assert (found.sending_or_failed, found.sending_or_failed_lately) == (1, lately)


def test_what_was_not_wholly_read_is_known_once_it_is_too_many():
    partial = facts(email(8), status="partial")
    assert isinstance(partial.sending_or_failed, Unknown)
    assert isinstance(partial.pending_send, Unknown)
    assert facts(email(8), email(7), status="partial").sending_or_failed == 2


@pytest.mark.parametrize(
    "column", ["statuscode", "createdon", "modifiedon", "delayedemailsendtime"]
)
def test_a_message_whose_columns_were_left_out_neither_counts_nor_shows_that_none_waits(column):
    row = msgspec.structs.replace(email(6, delayedemailsendtime=None), **{column: UNSET})
    found = facts(row).pending_send
    assert isinstance(found, Unknown)
    assert column in found.reason
    assert facts(row, email(6)).pending_send == 1


def test_without_the_table_nothing_is_known():
    found = emails({}, LIMITS.__getitem__)
    assert isinstance(found.pending_send, Unknown)
    assert isinstance(found.failed_for_unresolved_recipients, Unknown)
    assert isinstance(facts(absent=("statuscode",)).pending_send, Unknown)


def test_a_failed_message_counts_once_for_all_its_unresolved_recipients():
    parties = [PartyRow(activitypartyid=id, email=of) for id, of in (("a", "1"), ("b", "1"))]
    other = PartyRow(activitypartyid="c", email="younger")
    found = facts(email(8), parties=[*parties, other])
    assert found.failed_for_unresolved_recipients == 1
    assert [each.record for each in found.evidence("failed_for_unresolved_recipients")] == ["b"]


def test_recipients_that_were_not_all_read_leave_it_open_only_where_none_was_found():
    partial = {"status": "partial"}
    party = PartyRow(activitypartyid="a", email="1")
    found = facts(email(8), parties=[party], parties_state=partial)
    assert found.failed_for_unresolved_recipients == 1
    none = facts(email(8), parties_state=partial)
    assert isinstance(none.failed_for_unresolved_recipients, Unknown)
    assert facts(email(8)).failed_for_unresolved_recipients == 0


def test_the_first_few_messages_are_shown_of_many():
    rows = [msgspec.structs.replace(email(8), activityid=f"e{at}") for at in range(7)]
    found = facts(*rows)
    assert found.sending_or_failed == 7
    assert [each.record for each in found.evidence("sending_or_failed")] == [
        f"e{at}" for at in range(5)
    ]
