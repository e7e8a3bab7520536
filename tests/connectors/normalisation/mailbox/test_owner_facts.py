"""What a user or a queue tells of its mailboxes, of the configuration that it has."""

import pytest
from msgspec import UNSET

from connectors.normalisation.mailbox.owner_facts import (
    QUEUE_COLUMNS,
    QUEUES,
    USER_COLUMNS,
    USERS,
    owner_of,
)
from connectors.normalisation.time_zones import UNREAD
from connectors.sources.source import SourceState
from rules.evidence import OF_ITS_OWNER, Evidence
from rules.facts import Owner, OwnerKind
from rules.option_sets import AccessMode, EmailMethod, FilteringMethod
from rules.unknown import Unknown

AT = "2026-11-23T12:00:00Z"
STATES = (SourceState(USERS, "read"), SourceState(QUEUES, "read"))
OUTGOING = "outgoingemaildeliverymethod"
DEFAULT = "_defaultmailbox_value"


def user(**columns) -> Owner:
    values = {"isdisabled": False, "accessmode": 0, "islicensed": True, **columns}
    return owner_of(
        (
            ("user", *(values.get(each, UNSET) for each in USER_COLUMNS)),
            columns.get("internalemailaddress", UNSET),
            columns.get("applicationid", UNSET),
            columns.get("fullname", ""),
            None,
        ),
        STATES,
        {USERS: AT},
        UNREAD,
        default_is_this=columns.get("_defaultmailbox_value", True),
    )


def queue(**columns) -> Owner:
    values = {"statecode": 0, "queueviewtype": 0, **columns}
    return owner_of(
        (
            ("queue", *(values.get(each, UNSET) for each in QUEUE_COLUMNS)),
            columns.get("emailaddress", UNSET),
        ),
        STATES,
        {QUEUES: AT},
        UNREAD,
        default_is_this=columns.get("_defaultmailbox_value", True),
    )


@pytest.mark.parametrize(
    ("columns", "fact", "expected", "column"),
    [
        ({"isdisabled": False}, "enabled", True, "isdisabled"),
        ({"isdisabled": True}, "enabled", False, "isdisabled"),
        ({"isdisabled": None}, "enabled", Unknown, "isdisabled"),
        ({"accessmode": 4}, "access_mode", AccessMode.NON_INTERACTIVE, "accessmode"),
        ({"accessmode": 99}, "access_mode", Unknown, "accessmode"),
        ({"applicationid": True}, "is_application", True, "applicationid"),
        ({"applicationid": None}, "is_application", False, "applicationid"),
        ({"fullname": "SYSTEM"}, "is_pseudo_user", True, "fullname"),
        ({"fullname": "INTEGRATION"}, "is_pseudo_user", True, "fullname"),
        ({"fullname": ""}, "is_pseudo_user", False, "fullname"),
        ({"islicensed": None}, "licensed", Unknown, "islicensed"),
        ({"internalemailaddress": True}, "has_address", True, "internalemailaddress"),
        ({"internalemailaddress": None}, "has_address", False, "internalemailaddress"),
        (
            {"incomingemaildeliverymethod": 2},
            "incoming_method",
            EmailMethod.SERVER_SIDE,
            "incomingemaildeliverymethod",
        ),
        ({"outgoingemaildeliverymethod": 0}, "outgoing_method", EmailMethod(0), OUTGOING),
        ({"_defaultmailbox_value": False}, "default_mailbox_is_this", False, DEFAULT),
        ({"_defaultmailbox_value": None}, "default_mailbox_is_this", None, DEFAULT),
        ({}, "filtering", None, "systemuserid"),
        ({}, "private", None, "systemuserid"),
        ({}, "kind", OwnerKind.USER, "systemuserid"),
    ],
)
def test_what_a_user_tells(columns, fact, expected, column):
    found = user(**columns)
    value = getattr(found, fact)
    assert isinstance(value, Unknown) if expected is Unknown else value is expected
    assert [(each.source, each.field) for each in found.evidence(fact)] == [(USERS, column)]


@pytest.mark.parametrize(
    ("columns", "fact", "expected", "column"),
    [
        ({"statecode": 0}, "enabled", True, "statecode"),
        ({"statecode": 1}, "enabled", False, "statecode"),
        ({"queueviewtype": 1}, "private", True, "queueviewtype"),
        ({"queueviewtype": 0}, "private", False, "queueviewtype"),
        ({"queueviewtype": None}, "private", Unknown, "queueviewtype"),
        (
            {"incomingemailfilteringmethod": 0},
            "filtering",
            FilteringMethod(0),
            "incomingemailfilteringmethod",
        ),
        ({"emailaddress": True}, "has_address", True, "emailaddress"),
        ({}, "licensed", None, "queueid"),
        ({}, "access_mode", None, "queueid"),
        ({}, "kind", OwnerKind.QUEUE, "queueid"),
    ],
)
def test_what_a_queue_tells(columns, fact, expected, column):
    found = queue(**columns)
    value = getattr(found, fact)
    assert isinstance(value, Unknown) if expected is Unknown else value is expected
    assert [(each.source, each.field) for each in found.evidence(fact)] == [(QUEUES, column)]


@pytest.mark.parametrize(
    ("columns", "fact", "value"),
    [
        ({"isdisabled": True}, "enabled", True),
        ({"isdisabled": UNSET}, "enabled", None),
        # What differs from user to user is filled in, or said to be there.
        ({"internalemailaddress": True}, "has_address", None),
        ({"applicationid": True}, "is_application", "(set)"),
        ({"applicationid": None}, "is_application", None),
        ({"fullname": "SYSTEM"}, "is_pseudo_user", "SYSTEM"),
        ({"fullname": ""}, "is_pseudo_user", "(a name of its own)"),
    ],
)
def test_the_evidence_is_the_column_of_the_owner_with_what_it_held(columns, fact, value):
    (shown,) = user(**columns).evidence(fact)
    assert shown == Evidence(USERS, OF_ITS_OWNER, shown.field, value, AT)
