"""The facts of one mailbox configuration: what each column means, and which limit is reached."""

import msgspec
import pytest
from msgspec import UNSET

from connectors.dynamics.column_types import Flag, Number
from connectors.dynamics.tables.mailboxes import MailboxRow
from connectors.normalisation.fact_rows import fields
from connectors.normalisation.mailbox.buckets import is_online
from connectors.normalisation.mailbox.facts import (
    DUE,
    FACTS,
    LOCKED,
    POSTPONED,
    POSTPONEMENTS,
    Subject,
    of_the_mailbox,
)
from connectors.normalisation.mailbox.keys import DERIVED, OF_KIND, PLAIN
from connectors.normalisation.mailbox.population import POPULATION
from connectors.normalisation.records import Record
from connectors.sources.source import SourceState
from rules.facts import OwnerKind
from rules.option_sets import TestStatus
from rules.unknown import Unknown
from tests.rules import facts as healthy

LIMITS = dict.fromkeys(
    ["since_test_s", "since_success_s", "since_attempt_s", "postponed_for_s"], (60, 3600)
)
MAILBOX = "dynamics.mailboxes"


ON_A_POD = "https://pod51043.outlook.com/EWS/Exchange.asmx"


def facts(columns, *, owner=None, matches=None, **state):
    record = Record(MAILBOX, "", "", columns, SourceState(MAILBOX, "read", **state))
    subject = Subject(record, owner or healthy.owner(), matches, LIMITS, (1, 5))
    return fields(FACTS, subject, of_the_mailbox)


SCHEDULED, ERROR = "testemailconfigurationscheduled", "lastsyncerroroccurredon"


@pytest.mark.parametrize(
    ("columns", "fact", "expected"),
    [
        ({"statecode": 0}, "active", True),
        ({"statecode": 1}, "active", False),
        ({"emailaddress": ""}, "has_address", False),
        ({"incomingemailstatus": None}, "incoming_status", None),
        ({"incomingemailstatus": 2}, "incoming_status", TestStatus(2)),
        ({"actstatus": 99}, "act_status", Unknown),
        ({"testmailboxaccesscompletedon": None}, "tested", False),
        ({"testmailboxaccesscompletedon": 0}, "tested", True),
        ({"testmailboxaccesscompletedon": 0}, "since_test_s", 0),
        ({"testmailboxaccesscompletedon": 1}, "since_test_s", 60),
        ({"testmailboxaccesscompletedon": 2}, "since_test_s", 3600),
        ({"lastsuccessfulsynccompletedon": None}, "since_success_s", None),
        ({"processinglastattemptedon": 1}, "since_attempt_s", 60),
        ({POSTPONED: 2}, "postponed_for_s", 3600),
        ({POSTPONED: None}, "postponed_for_s", None),
        ({POSTPONED: UNSET}, "postponed_for_s", Unknown),
        ({"lastsyncerrorcount": 2}, "sync_error_count", 5),
        ({SCHEDULED: True, DUE: True}, "test_overdue", True),
        ({SCHEDULED: True, DUE: None}, "test_overdue", None),
        ({SCHEDULED: False, DUE: True}, "test_overdue", None),
        ({ERROR: True}, "error_after_success", True),
        ({ERROR: None}, "error_after_success", None),
        ({LOCKED: True}, "locked_by_host", True),
        ({LOCKED: None}, "locked_by_host", False),
        ({LOCKED: UNSET}, "locked_by_host", Unknown),
        ({"transientfailurecount": None}, "transient_failures", False),
        ({"transientfailurecount": True}, "transient_failures", True),
        ({"ispasswordset": None}, "password_set", Unknown),
        ({"ewsurl": None}, "ews_host_is_exchange_online", None),
        ({"ewsurl": False}, "ews_host_is_exchange_online", False),
        ({"ewsurl": is_online(ON_A_POD)}, "ews_host_is_exchange_online", Unknown),
        ({"isoauthrefreshtokenset": None}, "oauth_token_set", None),
    ],
)
def test_what_a_column_tells(columns, fact, expected):
    value = facts(columns)[fact]
    assert isinstance(value, Unknown) if expected is Unknown else value == expected


@pytest.mark.parametrize(
    ("columns", "secured", "fact"),
    [
        ({POSTPONED: 2}, "postponesendinguntil", "postponed_for_s"),
        ({LOCKED: True}, "hostid", "locked_by_host"),
        ({SCHEDULED: True, DUE: True}, "postponetestemailconfigurationuntil", "test_overdue"),
        ({ERROR: True}, "lastsuccessfulsynccompletedon", "error_after_success"),
    ],
)
def test_a_hidden_column_leaves_open_what_it_would_decide(columns, secured, fact):
    assert isinstance(facts(columns, secured=(secured,))[fact], Unknown)


@pytest.mark.parametrize(
    ("kind", "assigned", "expected"),
    [
        (OwnerKind.USER, True, True),
        (OwnerKind.USER, False, False),
        (OwnerKind.USER, None, Unknown),
        (OwnerKind.QUEUE, True, None),
    ],
)
def test_only_the_mailbox_of_a_user_is_assigned_to_its_user(kind, assigned, expected):
    found = facts({"_ownerid_value": assigned}, owner=healthy.owner(kind=kind))
    value = found["assigned_to_its_user"]
    assert isinstance(value, Unknown) if expected is Unknown else value is expected


OF_RELATIONS = {"_ownerid_value", "_regardingobjectid_value"}
"""Held as the number of the owner, and whether it is the user that the mailbox belongs to."""
TOGETHER = {
    LOCKED: ("processingstatecode", "hostid"),
    POSTPONED: POSTPONEMENTS,
    DUE: ("postponetestemailconfigurationuntil",),
}
"""What the key holds of several columns at once, or of one under another name."""


def test_a_fact_rests_on_nothing_that_the_key_does_not_hold():
    held = {*OF_KIND, *DERIVED, *OF_RELATIONS}
    held |= {column for key, columns in TOGETHER.items() if key in held for column in columns}
    assert {column for row in (*FACTS, *POPULATION) for column in row.columns} - held == set()


UNUSED_OPTION = 987
COLUMNS = {each.encode_name: each.type for each in msgspec.structs.fields(MailboxRow)}


@pytest.mark.parametrize("column", PLAIN)
def test_a_column_that_the_key_holds_as_it_is_has_few_values(column):
    """A date, a text or a count would make every mailbox a configuration of its own."""
    kind = COLUMNS[column]
    assert kind in (Flag, Number), f"{column} belongs in OF_KIND or DERIVED, as less than it is"
    if kind == Number:
        record = Record(MAILBOX, "", "", {column: UNUSED_OPTION}, SourceState(MAILBOX, "read"))
        subject = Subject(record, healthy.owner(), None, {}, ())
        found = [row.read(subject, *row.columns) for row in FACTS if column in row.columns]
        assert all(isinstance(each, Unknown) for each in found), f"{column} is no option"


def test_nothing_is_in_the_key_that_no_fact_rests_on():
    assert set(PLAIN) - {column for row in FACTS for column in row.columns} == set()
