"""Every fault that stops mailboxes, or makes them unsupported, decides how the right ones stand."""

from collections.abc import Mapping

import pytest

from auditor.model import Audit, RootCause
from rules.rule import Rule, catalogue
from tests.auditor.one_fault_each import (
    CALENDAR,
    FAULTS,
    JUST_CHANGED,
    UNTESTED,
    Fault,
    World,
    audited,
    merged,
)

RULES = {each.id: each for each in catalogue()}
STANDING = {"stops": "broken", "unsupported": "unsupported"}
DECIDING = {
    each.id for each in catalogue() if each.effect in STANDING and each.subject != "mailbox"
}


def test_no_rule_that_decides_a_standing_is_left_out() -> None:
    assert set(FAULTS) == DECIDING


def standings(found: Audit) -> dict[str, str]:
    return {each.id: each.standing for each in found.mailboxes()}


def expected(fault: Fault, rule: Rule) -> dict[str, str]:
    """How the mailboxes stand that do not work, by what the fault says of itself."""
    by_fault = dict.fromkeys(fault.bears_on, STANDING[rule.effect])
    return _worse(sound(fault), _of_kind(fault, by_fault))


def sound(fault: Fault) -> dict[str, str]:
    """How they stand without the fault."""
    return {**_of_kind(fault, fault.before), UNTESTED: "broken"}


def _of_kind(fault: Fault, found: Mapping[str, str]) -> dict[str, str]:
    """Gmail has no calendar, so no mailbox has it alone."""
    return {id: word for id, word in found.items() if (fault.kind, id) != ("gmail", CALENDAR)}


def _worse(one: Mapping[str, str], other: Mapping[str, str]) -> dict[str, str]:
    """Of each mailbox the worse standing: `broken` comes first by the alphabet too."""
    return {id: min(filter(None, (one.get(id), other.get(id)))) for id in one.keys() | other.keys()}


def before_and_after(fault: Fault, rule: Rule) -> tuple[Audit, Audit]:
    """The organisation as it is without the fault, and with it.

    Where a failure is only inferred, no mailbox shows success since the profile was changed.
    """
    changed = World(profile={"modifiedon": JUST_CHANGED}) if rule.inferred else World()
    usual = merged(fault.beside, changed)
    return audited(fault.kind, usual), audited(fault.kind, merged(usual, fault.breaks))


def causes(found: Audit, rule_id: str) -> list[RootCause]:
    return [each for each in found.causes() if rule_id in each.rules]


@pytest.mark.parametrize("rule_id", FAULTS)
def test_one_fault_decides_the_standing_of_those_it_bears_on_and_of_no_other(rule_id: str) -> None:
    fault, rule = FAULTS[rule_id], RULES[rule_id]
    before, after = before_and_after(fault, rule)
    assert standings(before) == sound(fault)
    assert standings(after) == expected(fault, rule)
    # Before it, the rule says nothing worse than that it will fail one day.
    assert not [each for each in causes(before, rule_id) if each.severity == "error"]
    of_fault = causes(after, rule_id)
    assert of_fault
    # With the fault repaired alone, as many mailboxes work again as its cause is said to repair.
    gained = before.summary.standing.working - after.summary.standing.working
    assert sum(each.repairs for each in of_fault) == gained
    ids = {each.id for each in of_fault}
    naming = {each.id for each in after.mailboxes() if ids & set(each.causes)}
    assert set(_of_kind(fault, dict.fromkeys(fault.bears_on, ""))) <= naming


OF_PROFILES = [
    each for each in FAULTS if RULES[each].inferred and RULES[each].subject != "organization"
]


@pytest.mark.parametrize("rule_id", OF_PROFILES)
def test_what_is_inferred_stops_no_mailbox_that_dynamics_shows_to_work(rule_id: str) -> None:
    """The profile was changed a day ago, and its mailboxes synchronized since."""
    fault = FAULTS[rule_id]
    shown = standings(audited(fault.kind, merged(fault.beside, fault.breaks)))
    assert [id for id, word in shown.items() if word == "broken"] == [UNTESTED]
