"""Users and queues as owners: what each column means, and what neither kind has."""

import pytest
from msgspec import UNSET

from connectors.columnar.id_index import digests_of_ids
from connectors.columnar.page import Page
from connectors.dynamics.tables.queues import QueueRow
from connectors.dynamics.tables.systemusers import UserRow
from connectors.normalisation.mailbox.owners import QUEUES, USERS, Owners
from connectors.sources.source import SourceState
from rules.facts import Owner, OwnerKind
from rules.option_sets import AccessMode, EmailMethod, FilteringMethod
from rules.unknown import Unknown

AT = "2026-11-23T12:00:00Z"
ID = "00000000-0000-0000-0000-00000000000a"


def owners_of(*, users=(), queues=(), status="read"):
    owners = Owners()
    owners.add_users(Page(list(users), AT, ""))
    owners.add_queues(Page(list(queues), AT, ""))
    owners.describe(SourceState(USERS, status), SourceState(QUEUES, status))
    return owners


def owner(row: UserRow | QueueRow) -> Owner:
    kind = {"users": [row]} if isinstance(row, UserRow) else {"queues": [row]}
    owners = owners_of(**kind)
    (number,) = owners.find(digests_of_ids((ID,))).numbers.tolist()
    return owners.fact(number, default_is_this=True)


def user(**columns) -> Owner:
    values = {"isdisabled": False, "accessmode": 0, "islicensed": True, "fullname": "Ann"}
    return owner(UserRow(ID, **{**values, **columns}))


def queue(**columns) -> Owner:
    return owner(QueueRow(ID, **{"statecode": 0, "queueviewtype": 0, **columns}))


@pytest.mark.parametrize(
    ("columns", "fact", "expected", "column"),
    [
        ({"isdisabled": False}, "enabled", True, "isdisabled"),
        ({"isdisabled": True}, "enabled", False, "isdisabled"),
        ({"isdisabled": None}, "enabled", Unknown, "isdisabled"),
        ({"accessmode": 4}, "access_mode", AccessMode.NON_INTERACTIVE, "accessmode"),
        ({"accessmode": 99}, "access_mode", Unknown, "accessmode"),
        ({"applicationid": "a"}, "is_application", True, "applicationid"),
        ({"applicationid": None}, "is_application", False, "applicationid"),
        ({"fullname": "SYSTEM"}, "is_pseudo_user", True, "fullname"),
        ({"fullname": "INTEGRATION"}, "is_pseudo_user", True, "fullname"),
        ({"fullname": "System"}, "is_pseudo_user", False, "fullname"),
        ({"islicensed": None}, "licensed", Unknown, "islicensed"),
        ({"internalemailaddress": "a@x"}, "has_address", True, "internalemailaddress"),
        ({"internalemailaddress": ""}, "has_address", False, "internalemailaddress"),
        (
            {"incomingemaildeliverymethod": 2},
            "incoming_method",
            EmailMethod.SERVER_SIDE,
            "incomingemaildeliverymethod",
        ),
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
        ({"emailaddress": "a@x"}, "has_address", True, "emailaddress"),
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


def test_a_user_that_was_not_read_is_unknown_for_the_reason_of_the_table():
    whole, partial = owners_of(), owners_of(status="partial")
    assert "does not exist" in whole.activity(ID)[0].reason
    assert partial.activity(ID)[0].cause.name == USERS
    assert "does not exist" in whole.missing().reason
    assert partial.missing().cause.name == USERS


def test_a_column_without_value_keeps_why():
    found = user(islicensed=UNSET)
    assert isinstance(found.licensed, Unknown)
    assert "islicensed" in found.licensed.reason
