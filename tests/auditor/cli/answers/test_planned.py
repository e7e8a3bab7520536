"""What `auditor plan` shows of a plan, in every format, and its exit code."""

import json
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import replace

from auditor.cli.answers import planned as module
from auditor.cli.answers.planned import MOST, change_line, planned
from auditor.model import Subject
from auditor.plan.steps import Change, Plan, Step
from auditor.running import Judging

MAILBOX = Subject("mailbox", "m1", "Max", "max@x", "https://x/m1")
CHANGE = Change(MAILBOX, "isforwardmailbox", True, False)
STEP = Step(id="s", causes=("c1",), provable=True, title="Do it.", repairs=1)
PLAN = Plan(
    environment="contoso",
    url="https://x",
    started_at="2026-11-23T08:00:00Z",
    version="9.2",
    headline="One step repairs 1 mailbox.",
    complete=True,
    steps=(STEP,),
)


class Difference(Struct, frozen=True):
    findings: tuple[Any, ...] = (1, 2, 3)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Any:
    """The lines and the exit code of a plan."""

    def show(plan: Plan = PLAN, format: Any = "terminal", script: Any = None) -> tuple[Any, int]:
        stored = SimpleNamespace(request="request", snapshot="snapshot")
        source: Any = SimpleNamespace(opened=lambda judging: nullcontext(stored))
        monkeypatch.setattr(module, "plan_of", lambda *given: plan)
        monkeypatch.setattr(module, "script_of", lambda plan, kind: f"script {kind} \ud800\n")
        monkeypatch.setattr(module, "shaped", lambda difference: {"findings": (), "more": 1})
        code = planned(source, Judging(), script, format)
        return capfd.readouterr().out.splitlines(), code

    return show


def details(shown: Any, **changes: Any) -> list[str]:
    lines, _ = shown(replace(PLAN, steps=(replace(STEP, **changes),)))
    assert lines[:3] == [
        "One step repairs 1 mailbox.",
        "",
        "1. Do it. [proven; repairs 1 cause; 1 mailbox works afterwards]",
    ]
    return [line.strip() for line in lines[3:]]


@pytest.mark.parametrize(("complete", "code"), [(True, 0), (False, 3)])
def test_a_plan_of_an_incomplete_reading_says_so(shown: Any, complete: bool, code: int) -> None:
    assert shown(replace(PLAN, complete=complete))[1] == code


def test_a_step_without_more_is_one_line(shown: Any) -> None:
    assert details(shown) == []


def test_what_cannot_be_shown_is_not_said_to_be_proven(shown: Any) -> None:
    step = replace(STEP, provable=False, causes=("a", "b"), repairs=2, reason="Nobody knows.")
    lines, _ = shown(replace(PLAN, steps=(step,)))
    assert lines[2:] == [
        "1. Do it. [not provable; repairs 2 causes; 2 mailboxes work afterwards]",
        "   Nobody knows.",
    ]


@pytest.mark.parametrize(
    ("count", "more"), [(MOST, []), (MOST + 1, ["and 1 more in --format json"])]
)
def test_ten_changes_are_shown(shown: Any, count: int, more: list[str]) -> None:
    found = [line for line in details(shown, changes=(CHANGE,) * count) if "->" not in line]
    assert [line for line in found if line.startswith("and ")] == more
    text = " ".join(details(shown, changes=(CHANGE,) * count))
    assert text.count("isforwardmailbox") == MOST


def test_what_came_of_it_is_told_by_rule(shown: Any) -> None:
    clears = {"a-rule": 1, "b-rule": 2}
    assert details(shown, difference=Difference(), clears=clears) == [
        "Clears 3 findings: a-rule, b-rule. Nothing new fails."
    ]


@pytest.mark.parametrize(
    ("improves", "start"),
    [
        (0, "Its mailboxes do not work by this alone."),
        (1, "1 mailbox stands better and does not work by this alone."),
        (2, "2 mailboxes stand better and do not work by this alone."),
    ],
)
def test_what_still_keeps_mailboxes_is_told_the_most_first(
    shown: Any, improves: int, start: str
) -> None:
    held = {"b": 2, "a": 2, "": 1, "c": 1000}
    assert " ".join(details(shown, held=held, improves=improves)) == (
        f"{start} What else keeps them: c (1,000), a (2), b (2), what was not read (1)."
    )


def test_three_subjects_are_named(shown: Any) -> None:
    subjects = [Subject("profile", str(n), f"P{n}") for n in range(4)]
    (three,) = details(shown, subjects=subjects[:3])
    assert three.endswith("P2.")
    (four,) = details(shown, subjects=subjects)
    assert four.endswith("P2, and 1 more.")


def test_what_goes_before_it_and_what_stands_in_the_way(shown: Any) -> None:
    assert details(shown, after=("first", "second"), statements=("one", "two")) == [
        "After first, second.",
        "Stands in the way: one, two.",
    ]


def test_a_change_is_told_with_its_page() -> None:
    told = change_line(CHANGE)
    assert "(isforwardmailbox): " in told
    assert " -> " in told
    assert told.endswith(" https://x/m1")
    assert change_line(Change(replace(MAILBOX, url=""), *told_of())).endswith("No")


def told_of() -> tuple[str, bool, bool]:
    return CHANGE.column, True, False


def test_as_markdown_steps_are_headings(shown: Any) -> None:
    lines, _ = shown(replace(PLAN, steps=(replace(STEP, reason="Why."),)), "markdown")
    assert lines == [
        "# Plan: contoso",
        "",
        "One step repairs 1 mailbox.",
        "",
        "## 1. Do it.",
        "",
        "\\[proven; repairs 1 cause; 1 mailbox works afterwards\\]",
        "- Why.",
    ]


def test_as_json_it_is_whole(shown: Any) -> None:
    changes = (CHANGE,) * (MOST + 1)
    steps = (replace(STEP, changes=changes), replace(STEP, difference=Difference()))
    lines, _ = shown(replace(PLAN, steps=steps), "json")
    found = json.loads("\n".join(lines))
    assert (found["schema_version"], found["complete"]) == ("1.0", True)
    assert len(found["steps"][0]["changes"]) == MOST + 1
    assert [each["difference"] for each in found["steps"]] == [
        None,
        {"findings": [1, 2, 3], "more": 1},
    ]


def test_a_script_takes_the_place_of_all_that(shown: Any) -> None:
    assert shown(script="powershell", format="json") == (["script powershell ?"], 0)
