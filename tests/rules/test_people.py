"""Persons are enabled users of a person's access mode, and nobody else."""

import pytest

from rules.facts import OwnerKind
from rules.option_sets import AccessMode
from rules.people import belongs_to_a_person, is_of_a_person
from rules.unknown import Unknown
from tests.rules import facts

OPEN = Unknown("Nobody said.", "Ask.")
MODES = {
    AccessMode.READ_WRITE,
    AccessMode.ADMINISTRATIVE,
    AccessMode.READ,
}


@pytest.mark.parametrize("mode", AccessMode)
def test_an_access_mode_decides_who_is_a_person(mode: AccessMode) -> None:
    assert belongs_to_a_person(facts.owner(access_mode=mode)) is (mode in MODES)


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": OwnerKind.QUEUE},
        {"enabled": False},
        {"is_application": True},
        {"is_pseudo_user": True},
    ],
)
def test_one_thing_that_differs_makes_it_nobody(changes: dict[str, object]) -> None:
    assert belongs_to_a_person(facts.owner(**changes)) is False
    assert is_of_a_person(facts.mailbox(owner=facts.owner(**changes))) is False


def test_what_is_not_known_stays_open_unless_something_else_decides() -> None:
    assert belongs_to_a_person(facts.owner(access_mode=OPEN)) is OPEN
    assert belongs_to_a_person(facts.owner(access_mode=OPEN, enabled=False)) is False


def test_a_mailbox_of_a_person_is_active_and_has_an_address() -> None:
    assert is_of_a_person(facts.mailbox()) is True
    assert is_of_a_person(facts.mailbox(active=False)) is False
    assert is_of_a_person(facts.mailbox(has_address=False)) is False
