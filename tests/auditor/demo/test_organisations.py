"""The organisations that the tenant shows: whole, consistent, sound or faulty as promised."""

import datetime as dt
import re
from collections import Counter
from pathlib import Path

import pytest

from auditor.demo.contoso import BEYOND_THE_WEB_API, NAME, PLANTED_BEFORE_ONLINE, contoso
from auditor.demo.healthy import healthy_hybrid, healthy_on_premises, healthy_online
from auditor.demo.organisation import Organisation
from auditor.demo.rows import Row
from auditor.demo.tables import TABLES
from tests.auditor.demo.conftest import NOW

KIND = "_regardingobjectid_value@Microsoft.Dynamics.CRM.lookuplogicalname"
IDENTITY = {
    "mailboxid", "name", "emailaddress", "_regardingobjectid_value", "_ownerid_value",
    "versionnumber", "username", KIND,
}  # fmt: skip
HEALTHY = [healthy_online, healthy_on_premises, healthy_hybrid]
ALL = [
    pytest.param(contoso(400, NOW), id="contoso"),
    pytest.param(healthy_online(1000, NOW), id="online"),
    pytest.param(healthy_on_premises(300, NOW), id="on-premises"),
    pytest.param(healthy_hybrid(300, NOW), id="hybrid"),
]


def ids(organisation: Organisation, entity_set: str) -> list[object]:
    key = TABLES[entity_set].key
    return [row.get(key) for row in organisation.rows_of(entity_set)]


def columns_of(row: Row) -> set[str]:
    return set(row.own) | set(row.shared)


@pytest.mark.parametrize("organisation", ALL)
def test_every_value_belongs_to_a_column_that_can_be_read(organisation) -> None:
    for entity_set, rows in organisation.tables.items():
        readable = {c.wire_name for c in TABLES[entity_set].columns if c.readable}
        for row in rows:
            assert {name for name in columns_of(row) if "@" not in name} <= readable


@pytest.mark.parametrize("organisation", ALL)
def test_keys_are_unique_and_lookups_lead_somewhere(organisation) -> None:
    for entity_set in organisation.tables:
        found = ids(organisation, entity_set)
        assert None not in found
        assert len(found) == len(set(found))
    users = set(ids(organisation, "systemusers"))
    owners = {"systemuser": users, "queue": set(ids(organisation, "queues")), None: {None}}
    profiles = {*ids(organisation, "emailserverprofiles"), None}
    for mailbox in organisation.rows_of("mailboxes"):
        assert mailbox.get("_regardingobjectid_value") in owners[mailbox.get(KIND)]
        assert mailbox.get("_ownerid_value") in users
        assert mailbox.get("_emailserverprofile_value") in profiles
    mailboxes = set(ids(organisation, "mailboxes"))
    for entity_set in ("systemusers", "queues"):
        for row in organisation.rows_of(entity_set):
            assert row.get("_defaultmailbox_value") in mailboxes
    assert organisation.caller_id in users


@pytest.mark.parametrize("make", [*HEALTHY, contoso])
def test_the_scale_is_the_number_of_mailboxes(make) -> None:
    organisation = make(1234, NOW)
    assert len(organisation.rows_of("mailboxes")) == 1234
    share = len(organisation.rows_of("systemusers")) / 1234
    assert 0.4 < share < 0.6


def test_a_million_mailboxes_are_made_only_when_read() -> None:
    rows = contoso(1_000_000, NOW).rows_of("mailboxes")
    assert len(rows) == 1_000_000
    assert rows[999_999].get("name")


def test_private_queues_without_address_are_nearly_half() -> None:
    organisation = healthy_online(5000, NOW)
    private = {
        row.get("queueid")
        for row in organisation.rows_of("queues")
        if row.get("queueviewtype") == 1 and row.get("emailaddress") is None
    }
    silent = [
        row
        for row in organisation.rows_of("mailboxes")
        if row.get("_regardingobjectid_value") in private and row.get("emailaddress") is None
    ]
    assert 0.43 < len(silent) / 5000 < 0.47
    assert all(row.get("incomingemaildeliverymethod") == 2 for row in silent)
    assert not any(row.get("enabledforincomingemail") for row in silent)


def test_the_usual_strangers_are_there() -> None:
    users = list(healthy_online(1000, NOW).rows_of("systemusers"))
    names = {row.get("fullname") for row in users}
    assert {"SYSTEM", "INTEGRATION", "Support User", "Delegated Admin"} <= names
    assert {row.get("accessmode") for row in users} == {0, 3, 4, 5}
    assert Counter(row.get("isdisabled") for row in users)[True] > 20
    assert sum(row.get("applicationid") is not None for row in users) > 20


def is_person_at_work(user: Row) -> bool:
    return (
        user.get("isdisabled") is False
        and user.get("applicationid") is None
        and user.get("accessmode") in (0, 1, 2, 4)
        and user.get("fullname") not in ("SYSTEM", "INTEGRATION")
    )


@pytest.mark.parametrize("make", HEALTHY)
def test_whoever_is_meant_to_synchronize_does_in_a_healthy_organisation(make) -> None:
    organisation = make(600, NOW)
    at_work = {
        row.get("systemuserid"): row
        for row in organisation.rows_of("systemusers")
        if is_person_at_work(row)
    }
    answering = {
        row.get("queueid"): row
        for row in organisation.rows_of("queues")
        if row.get("statecode") == 0 and row.get("emailaddress")
    }
    addresses: list[object] = []
    for mailbox in organisation.rows_of("mailboxes"):
        owner_id = mailbox.get("_regardingobjectid_value")
        owner = at_work.get(owner_id) or answering.get(owner_id)
        if owner is None:
            assert mailbox.get("enabledforincomingemail") is False
            continue
        addresses.append(mailbox.get("emailaddress"))
        own = owner.get("internalemailaddress") or owner.get("emailaddress")
        assert mailbox.get("emailaddress") == own
        assert mailbox.get("incomingemailstatus") == mailbox.get("outgoingemailstatus") == 1
        assert mailbox.get("emailrouteraccessapproval") == 1
        assert str(mailbox.get("lastsuccessfulsynccompletedon")) > "2026-11-23T11:30:00Z"
        online = organisation.deployment == "online"
        assert mailbox.get("isemailaddressapprovedbyo365admin") is online
    assert len(addresses) == len(set(addresses)) > 100
    assert not organisation.planted


def test_planted_subjects_exist_and_rules_are_those_of_the_catalogue_style() -> None:
    organisation = contoso(400, NOW)
    names = {
        row.get("name")
        for entity_set in ("mailboxes", "emailserverprofiles")
        for row in organisation.rows_of(entity_set)
    } | {NAME, *(each.host for each in organisation.mail_hosts)}
    planted = organisation.planted
    for rule, subjects in [*planted.items(), *PLANTED_BEFORE_ONLINE.items()]:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", rule)
        assert subjects
        assert set(subjects) <= names, rule
        assert len(subjects) == len(set(subjects)), rule
    assert len(planted) > 75


def test_the_demo_keeps_few_configurations_and_every_profile_but_one_in_use() -> None:
    organisation = contoso(3000, NOW)
    rows = list(organisation.rows_of("mailboxes"))
    dates = {c.wire_name for c in TABLES["mailboxes"].columns if c.type == "DateTime"}
    distinct = {
        tuple(sorted((n, r.get(n)) for n in columns_of(r) - IDENTITY - dates)) for r in rows
    }
    assert len(distinct) < 300
    used = {row.get("_emailserverprofile_value") for row in rows}
    unused = [
        row.get("name")
        for row in organisation.rows_of("emailserverprofiles")
        if row.get("emailserverprofileid") not in used
    ]
    assert unused == organisation.planted["profile-without-mailboxes"]


def test_times_follow_the_given_now() -> None:
    later = contoso(200, NOW + dt.timedelta(days=365))
    (anna,) = [row for row in later.rows_of("mailboxes") if row.get("name") == "Max Stale"]
    assert anna.get("lastsuccessfulsynccompletedon") == "2027-11-22T06:00:00Z"


def test_no_production_module_knows_the_simulated_tenant() -> None:
    root = Path(__file__).parents[3]
    for package in ("rules", "connectors"):
        for module in (root / package).rglob("*.py"):
            assert "auditor.demo" not in module.read_text(encoding="utf-8"), module


def test_what_needs_more_than_the_web_api_is_planted_too() -> None:
    assert set(contoso(150, NOW).planted) >= BEYOND_THE_WEB_API
