"""Causes in the words of the page: what is wrong, what to do, and what it repairs."""

from typing import Any

import pytest
from msgspec.structs import replace

from auditor.model import Subject
from auditor.reports.page.causes import EFFECTS, SHOWN_CAUSES, Cause, cause_of, why
from auditor.reports.page.collected import Group, Row
from rules.verdict import EFFECTS as EVERY_EFFECT
from tests.auditor.reports.audits import PROFILE, cause, mailbox

FIRST = cause("mailbox-not-approved", PROFILE, 3, 2, "Fix it.")
GROUP = Group(PROFILE, ("r1",), "stops", "error", "Fix it.", ("Fix it.", "Again."), FIRST, count=1)
TITLES = {"r1": "Rule 1", "r2": "Rule 2"}


def made(number: int = 0, changes: dict[str, str] | None = None, **changed: Any) -> Cause:
    return cause_of(number, replace(GROUP, **changed), TITLES, changes or {})


def test_every_effect_has_its_words():
    assert set(EFFECTS) == set(EVERY_EFFECT)


def test_a_cause_holds_what_its_group_has():
    found = made(mailboxes=3, repairs=2, repairs_together=1, listed=4, more=5)
    assert (found.remedy, found.steps) == ("Fix it.", ("Fix it.", "Again."))
    assert (found.severity, found.effect, found.colour) == ("error", EFFECTS["stops"], "broken")
    assert (found.bears, found.repairs) == ("Bears on 3 mailboxes.", 3)
    assert (found.listed, found.count, found.more) == (4, 1, 5)
    assert (found.own, found.decides) == (False, True)


def test_a_mailbox_s_cause_is_its_own_and_advice_decides_nothing():
    found = made(subject=mailbox(1), effect="advice", severity="note")
    assert (found.own, found.decides, found.colour) == (True, False, "unknown")
    assert made(effect="unsupported").decides
    assert not made(effect="degrades").decides


@pytest.mark.parametrize(
    ("rules", "title"),
    [
        (("r1",), "Rule 1"),
        (("other",), "other"),
        (("r1", "r2"), "Rule 1 (and 1 more rule)"),
        (("r2", "r1", "x"), "Rule 2 (and 2 more rules)"),
    ],
)
def test_the_first_rule_gives_the_title(rules, title):
    assert made(rules=rules).title == title


@pytest.mark.parametrize("number", [0, SHOWN_CAUSES - 1, SHOWN_CAUSES])
def test_the_first_causes_are_shown(number):
    found = made(number)
    assert (found.number, found.linked) == (number, number < SHOWN_CAUSES)
    assert SHOWN_CAUSES == 1000


def test_several_mailboxes_are_counted_one_is_named():
    anna = Subject("mailbox", "m-1", "Anna", "a@x")
    assert made(subject=anna).label == "Mailbox Anna <a@x>"
    assert made(subject=anna, count=2).label == "2 mailboxes"
    assert made(subject=anna, count=1234).label == "1,234 mailboxes"


def test_a_change_says_whose_it_is_where_there_are_several():
    change = {FIRST.id: "Set it."}
    assert made(changes=change).change == "Set it."
    assert made(changes=change, count=2).change == "Profile Vertrieb Süd: Set it."
    assert made(count=2).change == ""
    assert made(changes={"other": "Set it."}).change == ""


@pytest.mark.parametrize(
    ("changed", "gain"),
    [
        ({"mailboxes": 3, "repairs": 1}, "repairs 1 mailbox"),
        (
            {"mailboxes": 3, "repairs": 2, "repairs_together": 1},
            "repairs 2 mailboxes; with those above, 1 more works",
        ),
        ({"mailboxes": 3, "repairs_together": 2}, "with those above, 2 work"),
        ({"mailboxes": 3, "repairs_together": 2, "count": 2}, "bears on 3 mailboxes"),
        ({"mailboxes": 3, "repairs": 2, "repairs_together": 1, "count": 2}, "repairs 2 mailboxes"),
        ({"mailboxes": 1}, "bears on 1 mailbox"),
        ({}, ""),
    ],
)
def test_the_gain_is_what_it_repairs_alone_then_together_then_whom_it_concerns(changed, gain):
    assert made(**changed).gain == gain


@pytest.mark.parametrize(
    ("waived", "count", "said"),
    [(0, 2, ""), (1, 2, "1 of 2 waived."), (2, 2, "Waived until x: why.")],
)
def test_a_waiver_is_said_in_full_where_it_covers_all(waived, count, said):
    assert made(waived=waived, count=count, waiver="waived until x: why").waived == said


def test_a_row_names_its_first_cause():
    causes = [made(), made(1, rules=("r2",))]
    row = Row("m", "", "", "", "broken", ())
    assert why(row, causes) == "not established"
    assert why(replace(row, causes=(1,)), causes) == "Rule 2"
    assert why(replace(row, causes=(0, 1)), causes) == "Rule 1 (+1)"
