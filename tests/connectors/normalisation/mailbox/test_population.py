"""Who is meant to synchronize, and what of the owner keeps a mailbox from being meant."""

import pytest

from connectors.normalisation.fact_rows import fields
from connectors.normalisation.mailbox.facts import of_the_mailbox
from connectors.normalisation.mailbox.population import POPULATION, Population
from rules.facts import Owner, OwnerKind
from rules.option_sets import AccessMode, ActMethod, EmailMethod, TestStatus
from rules.unknown import Unknown
from tests.rules import facts as healthy


def population(owner: Owner, **own):
    values = {
        "active": True,
        "incoming_method": EmailMethod.SERVER_SIDE,
        "outgoing_method": EmailMethod.NONE,
        "act_method": ActMethod.NONE,
        **dict.fromkeys([f"enabled_for_{way}" for way in ("incoming", "outgoing", "act")], False),
        **dict.fromkeys([f"{way}_status" for way in ("incoming", "outgoing", "act")], None),
        **own,
    }
    return fields(POPULATION, Population(values, owner), of_the_mailbox)


def meant(owner: Owner, **own):
    found = population(owner, **own)
    return found["synchronizing"], found["dormant_kind"]


NOBODY = {"is_application": False, "is_pseudo_user": False}


@pytest.mark.parametrize(
    ("owner", "own", "expected"),
    [
        ({}, {}, (True, None)),
        ({}, {"active": False}, (False, None)),
        ({}, {"incoming_method": EmailMethod.NONE}, (False, None)),
        ({"enabled": False}, {}, (False, "disabled user")),
        ({"enabled": False}, {"enabled_for_incoming": True}, (True, None)),
        ({"enabled": False}, {"incoming_status": TestStatus.FAILURE}, (True, None)),
        ({"is_application": True}, {}, (False, "application user")),
        ({"is_pseudo_user": True}, {}, (False, "SYSTEM or INTEGRATION")),
        ({"access_mode": AccessMode.SUPPORT}, {}, (False, "support user")),
        ({"kind": OwnerKind.QUEUE, "enabled": False}, {}, (False, "inactive queue")),
        (
            {"kind": OwnerKind.QUEUE, "has_address": False, "private": True},
            {},
            (False, "private queue without address"),
        ),
    ],
)
def test_who_is_meant_to_synchronize(owner, own, expected):
    assert meant(healthy.owner(**owner), **own) == expected


@pytest.mark.parametrize(
    ("owner", "shown"),
    [
        ({}, []),
        ({"enabled": False}, ["enabled"]),
        ({"is_application": True}, ["is_application"]),
        ({"is_pseudo_user": True}, ["is_pseudo_user"]),
        ({"access_mode": AccessMode.SUPPORT}, ["access_mode"]),
        ({"access_mode": AccessMode.DELEGATED_ADMIN}, ["access_mode"]),
        ({"kind": OwnerKind.QUEUE, "enabled": False}, ["enabled"]),
        ({"kind": OwnerKind.QUEUE, "has_address": False}, ["has_address"]),
        (
            {"kind": OwnerKind.QUEUE, "has_address": False, "private": True},
            ["private", "has_address"],
        ),
    ],
)
def test_what_of_the_owner_keeps_a_mailbox_from_being_meant_is_shown(owner, shown):
    first, *of_owner = population(healthy.owner(**owner))["origins"]["dormant_kind"]
    assert first.field == "_regardingobjectid_value"
    assert [(each.source, each.field) for each in of_owner] == [
        ("dynamics.systemusers", field) for field in shown
    ]


def test_an_owner_that_is_not_known_leaves_open_whether_it_is_meant():
    synchronizing, dormant = meant(healthy.owner(enabled=healthy.MISSING))
    assert isinstance(synchronizing, Unknown)
    assert isinstance(dormant, Unknown)
