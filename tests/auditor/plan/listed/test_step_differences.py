"""Which settings are shown with each finding that a step clears."""

from types import SimpleNamespace
from typing import Any

from auditor.differences import SettingChange, Value
from auditor.model import Subject
from auditor.plan.candidates import Candidate
from auditor.plan.columns import columns
from auditor.plan.listed.step_differences import StepDifferences, _Settings
from auditor.plan.steps import Change
from rules.verdict import Fail, Undetermined

PROFILE = Subject("profile", "p-1", "Sales", "")
OTHER = Subject("profile", "p-2", "Service", "")
APPROVED = Candidate("mailbox", "emailrouteraccessapproval", 1)
KEPT = Candidate("mailbox", "processanddeleteemails", False)


def shown(column: str, before: object, after: object) -> SettingChange:
    return SettingChange(column, Value(before), Value(after))


def test_what_is_no_mailbox_shows_its_own_changes_and_else_the_first() -> None:
    changes = [
        Change(PROFILE, "statecode", 1, 0),
        Change(OTHER, "useautodiscover", False, True),
        Change(PROFILE, "servertype", 1, 0),
    ]
    told = _Settings(changes, (), ())
    assert told.of(PROFILE) == (shown("statecode", 1, 0), shown("servertype", 1, 0))
    assert told.of(OTHER) == (shown("useautodiscover", False, True),)
    assert told.of(Subject("organization", "p-1", "", "")) == told.of(PROFILE)
    assert _Settings((), (), ()).of(PROFILE) == ()


def test_a_mailbox_of_the_step_shows_what_changes_in_it_and_another_what_the_step_changes() -> None:
    told = _Settings([Change(PROFILE, "statecode", 1, 0)], (APPROVED, KEPT), (7,))
    assert told.fields == [columns("mailbox")[each.column].field for each in (APPROVED, KEPT)]
    assert told.of_mailbox(7, [3, True]) == (
        shown(APPROVED.column, 3, 1),
        shown(KEPT.column, True, False),
    )
    assert told.of_mailbox(7, [3, False]) == (shown(APPROVED.column, 3, 1),)
    assert told.of_mailbox(8, [3, True]) == (shown("statecode", 1, 0),)


def judged(id: str, verdict: Any) -> Any:
    rule = SimpleNamespace(id="a-rule", subject="profile", severity="error")
    return SimpleNamespace(rule=rule, id=id, verdict=verdict)


def group(number: int, **verdicts: Any) -> Any:
    named = {id.replace("_", "-"): each for id, each in verdicts.items()}
    return SimpleNamespace(number=number, count=2, first=f"m-{number}", verdicts=named)


def stand_in(id: str) -> Any:
    return SimpleNamespace(row=SimpleNamespace(mailboxid=id, name=id, emailaddress=""))


FAILS = Fail("It fails.", ())


def test_what_is_cleared_is_all_of_a_group_or_those_that_stand_for_a_part() -> None:
    stand_ins = {1: ["a", "b"], 2: ["c", "d"], 3: ["e"]}
    bench: Any = SimpleNamespace(
        before=SimpleNamespace(
            others=[judged("p-1", FAILS), judged("p-2", FAILS)],
            groups=[
                group(1, b_rule=FAILS, c_rule=Undetermined("", "")),
                group(2, b_rule=FAILS),
                group(3, b_rule=FAILS),
            ],
        ),
        rules={"b-rule": SimpleNamespace(severity="warning")},
        stand_ins=lambda number: map(stand_in, stand_ins[number]),
    )
    keys = {("a-rule", "profile", "p-1")} | {
        (rule, "mailbox", id) for rule in ("b-rule", "c-rule") for id in "abc"
    }
    nobody: Any = None
    found = StepDifferences("contoso", nobody, bench, nobody)._cleared(keys)
    (_, error), (key, warning) = sorted(found.items())
    assert [each.id for each in error.others] == ["p-1"]
    assert key[1] == "b-rule"
    assert (warning.whole, warning.parts, warning.ids) == ({1}, {2}, {"c"})
