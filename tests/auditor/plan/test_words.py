"""How changes are told: in the words of the forms, the same in every run."""

from types import SimpleNamespace
from typing import Any

import pytest

from auditor.model import Subject
from auditor.plan.candidates import Candidate
from auditor.plan.columns import columns
from auditor.plan.steps import Change
from auditor.plan.words import headline, step_id, title, value_in_words
from tests.rules import facts

PROFILE = Subject("profile", "p-1", "Sales", "")
MAILBOXES = [Subject("mailbox", f"m-{n}", f"Box {n}", "") for n in range(1201)]
ACTIVE, SAME = (
    Candidate("profile", "statecode", 0),
    Candidate("profile", "usesamesettingsforoutgoingconnections", True),
)
APPROVED = Candidate("mailbox", "emailrouteraccessapproval", 1)
KEPT = Candidate("mailbox", "processanddeleteemails", False)


def change(subject: Subject, candidate: Candidate, before: Any = None) -> Change:
    return Change(subject, candidate.column, before, candidate.value)


def words(candidate: Candidate) -> str:
    column = columns(candidate.kind)[candidate.column]
    return f"{column.words}: {column.shown(candidate.value)}"


def test_a_profile_is_told_by_its_name_and_else_by_its_id() -> None:
    column = columns("mailbox")["_emailserverprofile_value"]
    known = {
        "p-1": facts.profile(id="p-1", name="Sales"),
        "p-2": facts.profile(id="p-2", name=""),
    }
    assert [value_in_words(column, id, known) for id in ("p-1", "p-2", "p-3", None)] == [
        "Sales",
        "p-2",
        "p-3",
        "empty",
    ]


def test_the_changes_of_one_record_are_one_sentence() -> None:
    told = title([(ACTIVE, "p-1"), (SAME, "p-1")], [change(PROFILE, ACTIVE)], (), {})
    assert told == f"Email server profile Sales: set {words(ACTIVE)}; {words(SAME)}."


def test_one_mailbox_is_named_and_several_are_counted() -> None:
    both = [(APPROVED, "m"), (KEPT, "m")]

    def told(mailboxes: list[Subject]) -> str:
        changes = [change(each, of) for each in mailboxes for of, _ in both]
        return title(both, (), changes, {}).partition(":")[0]

    assert told(MAILBOXES[:1]) == "Mailbox Box 0"
    assert told(MAILBOXES[:2]) == "2 mailboxes"
    assert told(MAILBOXES) == "1,201 mailboxes"


def test_records_without_a_name_are_told_by_id_and_the_tenant_by_what_it_is() -> None:
    tenant = Candidate("tenant", next(iter(columns("tenant"))), True)
    nameless = Subject("profile", "p-1", "", "")
    own = [change(nameless, ACTIVE), change(Subject("tenant", "", "", ""), tenant)]
    told = title([(ACTIVE, "p-1"), (tenant, "")], own, (), {})
    assert told.startswith("Email server profile p-1: set ")
    assert ". Tenant the Exchange Online tenant: set " in told


def test_an_id_is_that_of_the_changes_in_whatever_order_and_of_what_they_are_told_by() -> None:
    own = [change(PROFILE, ACTIVE, 1), change(PROFILE, SAME, False)]
    id = step_id(own, [APPROVED, KEPT], b"told")
    assert id == step_id(own[::-1], [KEPT, APPROVED], b"told")
    assert id == step_id([change(PROFILE, ACTIVE, 7), own[1]], [APPROVED, KEPT], b"told")
    others = {
        step_id(own[:1], [APPROVED, KEPT], b"told"),
        step_id(own, [APPROVED], b"told"),
        step_id(own, [APPROVED, KEPT], b"other"),
        step_id(own, [APPROVED, KEPT._replace(value=True)], b"told"),
    }
    assert len(others) == 4
    assert id not in others
    assert id.startswith("step-")


def step(*, provable: bool = True, repairs: int = 0, causes: int = 1) -> Any:
    return SimpleNamespace(provable=provable, repairs=repairs, causes=["c"] * causes)


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ([], "Nothing fails, so there is nothing to change."),
        ([step(provable=False)], "1 step, of which 0 are proven."),
        (
            [step(repairs=1, causes=2), step(provable=False)],
            "2 steps, of which 1 is proven. What is proven makes 1 mailbox work and repairs 2 of 3 "
            "causes.",
        ),
        (
            [step(), step(), step(provable=False, repairs=9)],
            "3 steps, of which 2 are proven. What is proven repairs 2 of 3 causes. No mailbox "
            "works by that alone: each step says what else its mailboxes need.",
        ),
    ],
)
def test_the_headline_counts_what_is_proven(steps: list[Any], told: str) -> None:
    assert headline(steps) == told
