"""What every possible value of an unknown fact leads to, and the one failure made of that."""

import gc
from enum import Enum
from types import FunctionType
from typing import Any, Literal

import pytest
from msgspec.structs import replace

from rules import possible
from rules.evidence import Cause, Evidence
from rules.facts import Fact
from rules.possible import Failure, failure, marked, told
from rules.rule import Rule, catalogue
from rules.unknown import Unknown, known
from rules.verdict import Effect, Fail, NotApplicable, Pass, Undetermined, Verdict

READING = Cause("source", "doors", "forbidden")
NOT_READ = Unknown("It was not read.", "Read it.", evidence=(Evidence("doors", "1", "x"),))
RULE: Rule = next(each for each in catalogue() if each.subject == "mailbox")


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Lock(Fact, frozen=True, kw_only=True):
    closed: bool | Unknown = False


class Door(Fact, frozen=True, kw_only=True):
    open: bool | Unknown = False
    colour: Colour | None | Unknown = Colour.RED
    material: Literal["wood", "steel"] | Unknown = "wood"
    width_mm: int | Unknown = 800
    width_or_none_mm: int | None | Unknown = None
    lock: Lock = Lock()


def tried(door: Door, field: Any) -> list[object] | None:
    """The values of the field that a rule, which fails at each, is asked with."""
    values: list[object] = []

    def check(facts: Any) -> Verdict:
        values.append(known(field(facts[Door])))
        return Fail(f"{values[-1]}", ())

    found = failure(check, {Door: marked(door)})
    return values if found is not None else None


def test_each_unknown_field_is_marked_with_its_place_those_of_inner_facts_too() -> None:
    fact, places = marked(Door(open=NOT_READ, width_mm=NOT_READ, lock=Lock(closed=NOT_READ)))
    assert isinstance(fact, Door)
    assert places == {
        id(fact.open): ("open",),
        id(fact.width_mm): ("width_mm",),
        id(fact.lock.closed): ("lock", "closed"),
    }
    assert fact.open == NOT_READ
    assert fact.colour is Colour.RED


def test_a_fact_without_an_unknown_field_stays_the_same() -> None:
    lock = Lock(closed=True)
    assert marked(lock) == (lock, {})
    assert marked(lock).fact is lock


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("open", [True, False]),
        ("colour", [Colour.RED, Colour.BLUE, None]),
        ("material", ["wood", "steel"]),
        ("width_mm", None),
        ("width_or_none_mm", None),
    ],
)
def test_every_value_of_a_short_list_is_tried_and_none_of_a_number(
    field: str, values: list[object] | None
) -> None:
    assert tried(Door(**{field: NOT_READ}), lambda door: getattr(door, field)) == values


def test_a_field_of_a_fact_within_is_tried_in_its_place() -> None:
    door = Door(lock=Lock(closed=NOT_READ))
    assert tried(door, lambda each: each.lock.closed) == [True, False]


def test_a_value_that_no_list_names_is_none_of_the_list() -> None:
    odd = Unknown("7 is no colour.", "Update.", is_unlisted=True)
    assert tried(Door(colour=odd), lambda door: door.colour) is None
    assert tried(Door(open=odd), lambda door: door.open) == [True, False]


def test_what_is_met_on_the_way_is_tried_too() -> None:
    def check(facts: Any) -> Verdict:
        door: Door = facts[Door]
        return Fail("open" if known(door.open) else f"shut, {known(door.lock.closed)}", ())

    found = failure(check, {Door: marked(Door(open=NOT_READ, lock=Lock(closed=NOT_READ)))})
    assert found is not None
    assert [each.message for each in found.fails] == ["open", "shut, True", "shut, False"]
    assert len(found.unknowns) == 2


@pytest.mark.parametrize("fails", [True, False])
def test_no_fact_is_held_once_the_answer_is_there(fails: bool) -> None:
    """A function within another that calls itself holds facts until the collector looks."""

    def check(facts: Any) -> Verdict:
        known(facts[Door].open)
        return Fail("", ()) if fails else Pass("", ())

    given = {Door: marked(Door(open=NOT_READ))}
    gc.collect()
    gc.disable()
    # What threads of other tests let go meanwhile is garbage too: whose it is must be seen.
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        failure(check, given)
        gc.collect()
        functions = [each for each in gc.garbage if isinstance(each, FunctionType)]
        assert [each for each in functions if each.__module__ == possible.__name__] == []
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()


@pytest.mark.parametrize(
    "other",
    [
        Pass("It is shut.", ()),
        NotApplicable("It is no door."),
        Undetermined("It may be shut.", "Look."),
    ],
)
def test_one_value_that_does_not_fail_leaves_it_open(other: Verdict) -> None:
    def check(facts: Any) -> Verdict:
        return Fail("It is open.", ()) if known(facts[Door].open) else other

    assert failure(check, {Door: marked(Door(open=NOT_READ))}) is None


def test_an_answer_by_an_unknown_fact_is_looked_behind_as_the_end_of_a_rule_is() -> None:
    def check(facts: Any) -> Verdict:
        found = facts[Door].open
        if isinstance(found, Unknown):
            return Undetermined(found.reason, found.remedy, unknown=found)
        return Fail(f"It is {found}.", ())

    found = failure(check, {Door: marked(Door(open=NOT_READ))})
    assert found is not None
    assert [each.message for each in found.fails] == ["It is True.", "It is False."]


def test_an_unknown_that_is_no_field_of_the_facts_is_not_tried() -> None:
    def check(facts: Any) -> Verdict:
        return Fail("", ()) if known(NOT_READ) else Pass("", ())

    assert failure(check, {Door: marked(Door(open=NOT_READ))}) is None


@pytest.mark.parametrize(("most", "is_tried"), [(3, True), (2, False)])
def test_so_many_values_are_tried_and_no_more(
    most: int, is_tried: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(possible, "_MOST_VALUES", most)
    found = tried(Door(open=NOT_READ), lambda door: door.open)
    assert (found is not None) is is_tried


def only(*fails: Fail, unknown: Unknown = NOT_READ) -> Fail:
    return told(Failure(fails, (unknown,)), RULE)


def test_one_message_stands_as_it_is_with_the_evidence_of_what_was_not_read() -> None:
    seen = Evidence("doors", "1", "open", True)
    fail = Fail("It is open.", (seen,), severity="warning", effect="degrades", remedy="Shut it.")
    found = only(fail, fail)
    assert found.message == "It is open."
    assert found.remedy == "Shut it."
    assert (found.severity, found.effect) == ("warning", "degrades")
    assert found.evidence == (seen, *NOT_READ.evidence)


def test_what_a_failure_leaves_out_is_that_of_its_rule() -> None:
    found = only(Fail("It is open.", ()))
    assert (found.severity, found.effect) == (RULE.severity, RULE.effect)
    assert found.remedy is None


def test_two_messages_of_one_severity_are_an_either_or() -> None:
    first = Fail("It is open.", (), severity="error", effect="stops", remedy="Shut it.")
    second = Fail("It is away.", (), severity="error", effect="stops", remedy="Hang it.")
    found = only(first, second)
    assert found.message == (
        "This fails whatever the answer is to what is not known. It was not read. "
        "Either: It is away. Or: It is open."
    )
    assert found.remedy == "Read it. Hang it."


def test_of_three_messages_one_is_the_instance() -> None:
    found = only(*(Fail(each, (), severity="error", effect="stops") for each in ("A.", "B.", "C.")))
    assert found.message.endswith("It was not read. For instance: C.")
    assert found.remedy == f"Read it. {RULE.remedy}"


def test_of_two_severities_the_mildest_counts_and_both_are_named() -> None:
    found = only(
        Fail("It is hot.", (), severity="note", effect="degrades"),
        Fail("It burns.", (), severity="error", effect="advice"),
    )
    assert found.severity == "note"
    assert found.message.endswith("At best (note): It is hot. At worst (error): It burns.")


def test_the_effect_is_the_mildest_that_any_value_has() -> None:
    found = only(
        Fail("It burns.", (), severity="error", effect="stops"),
        Fail("It smells.", (), severity="error", effect="degrades"),
    )
    assert found.effect == "degrades"
    assert found.message.endswith("Either: It smells. Or: It burns.")


@pytest.mark.parametrize(("other", "may_stop"), [("degrades", (READING,)), ("stops", ())])
def test_what_may_stop_at_worst_says_what_would_tell(
    other: Effect, may_stop: tuple[Cause, ...]
) -> None:
    unread = replace(NOT_READ, cause=READING)
    found = only(
        Fail("It burns.", (), severity="error", effect="stops"),
        Fail("It smells.", (), severity="error", effect=other),
        unknown=unread,
    )
    assert found.may_stop == may_stop


@pytest.mark.parametrize(
    ("named", "together"),
    [
        ([("a", "b"), ("a", "b")], ("a", "b")),
        ([("a", "b"), ("b", "c")], ("b",)),
        ([("a", "b"), None], ("a", "b")),
        ([("a",), ("b",)], ()),
        ([None, None], None),
    ],
)
def test_statements_are_those_that_every_failure_names(
    named: list[tuple[str, ...] | None], together: tuple[str, ...] | None
) -> None:
    fails = [Fail(f"{at}.", (), statements=each) for at, each in enumerate(named)]
    assert only(*fails).statements == together
