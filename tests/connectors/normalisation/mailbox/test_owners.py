"""Users and queues as owners: what each column means, and what neither kind has."""

import pytest
from msgspec import UNSET

from connectors.columnar.id_index import digests_of_ids
from connectors.columnar.page import Page
from connectors.dynamics.tables.queues import QueueRow
from connectors.dynamics.tables.systemusers import UserRow
from connectors.dynamics.tables.usersettings import UserSettingsRow
from connectors.normalisation.mailbox.owner_facts import QUEUES, USERS
from connectors.normalisation.mailbox.owners import Owners
from connectors.normalisation.time_zones import SETTINGS, TimeZones
from connectors.sources.source import SourceState
from rules.evidence import Evidence
from rules.facts import Owner, OwnerKind
from rules.option_sets import AccessMode
from rules.unknown import Unknown

AT = "2026-11-23T12:00:00Z"
ID = "00000000-0000-0000-0000-00000000000a"
OTHER, THIRD, NOWHERE = (f"{ID[:-1]}{each}" for each in "bcd")


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


def test_the_facts_of_an_owner_are_those_of_its_own_row():
    owners = owners_of(
        users=[UserRow(ID, isdisabled=True), UserRow(OTHER, isdisabled=False, accessmode=4)],
        queues=[QueueRow(THIRD, statecode=0, emailaddress="")],
    )
    first, second, third = (
        owners.fact(number, default_is_this=None)
        for number in owners.find(digests_of_ids((ID, OTHER, THIRD))).numbers.tolist()
    )
    assert (first.kind, first.enabled) == (OwnerKind.USER, False)
    assert (second.enabled, second.access_mode) == (True, AccessMode.NON_INTERACTIVE)
    assert (third.kind, third.enabled, third.has_address) == (OwnerKind.QUEUE, True, False)
    assert first.default_mailbox_is_this is None


def test_a_user_that_was_not_read_is_unknown_for_the_reason_of_the_table():
    whole, partial = owners_of(), owners_of(status="partial")
    assert "does not exist" in whole.activity(ID)[0].value.reason
    assert partial.activity(ID)[0].value.cause.name == USERS
    assert "does not exist" in whole.missing().reason
    assert partial.missing().cause.name == USERS


def test_the_activity_of_a_user_shows_its_own_record():
    told = owners_of(users=[UserRow(ID, isdisabled=True, fullname="SYSTEM")]).activity(ID)
    assert [each.value for each in told] == [False, True]
    assert [each.evidence for each in told] == [
        (Evidence(USERS, ID, "isdisabled", True, AT),),
        (Evidence(USERS, ID, "fullname", "SYSTEM", AT),),
    ]
    (unknown, _) = owners_of(users=[UserRow(ID, isdisabled=None)]).activity(ID)
    assert {each.record for each in unknown.value.evidence} == {ID}


def test_a_column_without_value_keeps_why():
    found = user(islicensed=UNSET)
    assert isinstance(found.licensed, Unknown)
    assert "islicensed" in found.licensed.reason


def test_without_the_digests_all_that_reports_ask_of_an_owner_is_still_told():
    owners = owners_of(
        users=[UserRow(ID, isdisabled=True, internalemailaddress="Ann@Contoso.example")]
    )
    owners.forget_digests()
    assert owners.addresses_of([ID, "nobody"]) == ["ann@contoso.example", None]
    assert owners.activity(ID)[0].value is False
    with pytest.raises(AttributeError):
        owners.find(digests_of_ids((ID,)))


def test_the_time_zone_of_a_user_is_that_of_its_settings():
    owners = Owners()
    owners.add_users(
        Page([UserRow(ID, isdisabled=False), UserRow(OTHER, isdisabled=False)], AT, "")
    )
    owners.add_queues(Page([QueueRow(THIRD, statecode=0)], AT, ""))
    owners.add_settings(Page([UserSettingsRow(ID, 134), UserSettingsRow(NOWHERE, 134)], AT, ""))
    zones = TimeZones({134: frozenset({"Turkey Standard Time"})}, of_others=None, read_at=AT)
    owners.describe(SourceState(USERS, "read"), SourceState(QUEUES, "read"), zones)
    here, elsewhere, of_queue = (
        owners.fact(number, default_is_this=True)
        for number in owners.find(digests_of_ids((ID, OTHER, THIRD))).numbers.tolist()
    )
    assert here.refused_time_zone == "Turkey Standard Time"
    (evidence,) = here.evidence("refused_time_zone")
    assert (evidence.source, evidence.value, evidence.read_at) == (SETTINGS, 134, AT)
    assert here.enabled is elsewhere.enabled is True
    assert elsewhere.refused_time_zone is None
    assert of_queue.refused_time_zone is None


def test_settings_that_hold_no_code_leave_the_time_zone_open():
    owners = Owners()
    owners.add_users(Page([UserRow(ID, isdisabled=False)], AT, ""))
    owners.add_settings(Page([UserSettingsRow(ID)], AT, ""))
    zones = TimeZones({}, of_others=None, read_at=AT)
    owners.describe(SourceState(USERS, "read"), SourceState(QUEUES, "read"), zones)
    (number,) = owners.find(digests_of_ids((ID,))).numbers.tolist()
    assert isinstance(owners.fact(number, default_is_this=True).refused_time_zone, Unknown)
