"""A record is asked column by column: null, absent, refused, secured and odd are told apart."""

from enum import Enum

import pytest
from msgspec import UNSET

from connectors.dynamics.tables.mailboxes import MailboxRow
from connectors.normalisation.records import Record, hidden, record_of
from connectors.sources.readings import Reading
from connectors.sources.source import SourceState
from rules.evidence import Evidence
from rules.unknown import Unknown

SOURCE, ID, READ_AT = "dynamics.mailboxes", "m-1", "2026-11-23T03:00:00Z"


class Choice(Enum):
    NO = 0
    YES = 1


def record(values: dict[str, object] | None = None, **state: tuple[str, ...]) -> Record:
    return Record(SOURCE, ID, READ_AT, values or {}, SourceState(SOURCE, "read", **state))  # type: ignore[arg-type]


def code(found: object) -> str:
    """What the cause of an unknown is, without the column; empty: the record itself."""
    assert isinstance(found, Unknown)
    return found.cause.code.removesuffix("-a") if found.cause is not None else ""


LACKING = [
    ({"absent": ("a",)}, "no-column"),
    ({"refused": ("a",)}, "refused-column"),
    ({"columns": ("b",)}, "unasked-column"),
    ({"odd": ("a",)}, "odd-column"),
    ({}, "left-out-column"),
    ({"columns": ("a", "b")}, "left-out-column"),
]


@pytest.mark.parametrize(("state", "why"), LACKING)
@pytest.mark.parametrize("values", [{}, {"a": UNSET}])
def test_a_value_that_did_not_come_is_unknown_and_says_why(values, state, why) -> None:
    asked = record(values, **state)
    assert code(asked.raw("a")) == why
    assert code(asked.optional("a", str)) == why
    assert code(asked.required("a", str)) == why
    assert code(asked.filled("a")) == why
    assert code(asked.date("a")) == why
    assert code(asked.choice("a", Choice)) == why
    assert asked.evidence("a") == ()


@pytest.mark.parametrize(("state", "why"), LACKING)
def test_a_value_that_came_counts_whatever_is_said_of_its_column(state, why) -> None:
    assert record({"a": "text"}, **state).raw("a") == "text"


def test_null_is_no_value_unless_column_security_may_hide_one() -> None:
    assert record({"a": None}).raw("a") is None
    assert record({"a": None}).optional("a", str) is None
    assert code(record({"a": None}, secured=("a",)).raw("a")) == "secured-column"
    assert record({"a": 0}, secured=("a",)).raw("a") == 0


@pytest.mark.parametrize("read", ["required", "choice"])
def test_null_is_unknown_where_a_value_is_needed(read: str) -> None:
    found = getattr(record({"a": None}), read)("a", Choice if read == "choice" else str)
    assert code(found) == ""
    assert found.evidence == (Evidence(SOURCE, ID, "a", None, READ_AT),)


@pytest.mark.parametrize(("value", "filled"), [("text", True), (7, True), ("", False), (0, False)])
def test_what_is_filled_is_neither_null_nor_zero_nor_empty(value: object, filled: bool) -> None:
    assert record({"a": value}).filled("a") is filled
    assert record({"a": None}).filled("a") is False


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (lambda asked: asked.optional("a", str), 7),
        (lambda asked: asked.required("a", bool), "true"),
        (lambda asked: asked.date("a"), "soon"),
        (lambda asked: asked.choice("a", Choice), 9),
        (lambda asked: asked.optional_choice("a", Choice), 9),
        (lambda asked: asked.optional_choice("a", Choice), "1"),
    ],
)
def test_a_value_that_is_not_understood_is_unknown_and_shown(read, value: object) -> None:
    found = read(record({"a": value}))
    assert code(found) == ""
    assert found.evidence == (Evidence(SOURCE, ID, "a", value, READ_AT),)


def test_a_value_that_is_understood_is_that_value() -> None:
    asked = record({"a": 1, "date": READ_AT, "text": "x", "none": None})
    assert asked.choice("a", Choice) is Choice.YES
    assert asked.optional_choice("none", Choice) is None
    assert asked.date("date") == READ_AT
    assert asked.date("none") is None
    assert asked.required("text", str) == "x"


def test_an_empty_value_tells_something_only_of_columns_that_were_answered() -> None:
    def why(**state: tuple[str, ...]) -> str | None:
        found = hidden(SourceState(SOURCE, "read", **state), "b", "a")  # type: ignore[arg-type]
        return None if found is None else code(found)

    assert why() is None
    assert why(columns=("a", "b")) is None
    assert why(absent=("a",)) == "no-column"
    assert why(refused=("a",)) == "refused-column"
    assert why(columns=("b",)) == "unasked-column"
    assert why(secured=("a",)) == "secured-column"
    assert code(record(secured=("a",)).hidden("a")) == "secured-column"


@pytest.mark.parametrize(
    ("values", "state", "available"),
    [
        ({}, {"absent": ("a",)}, False),
        ({"a": None}, {"absent": ("a",)}, True),
        ({}, {}, True),
        ({}, {"absent": ("a",), "odd": ("a",)}, True),
    ],
)
def test_a_column_that_this_version_lacks_can_hold_nothing(values, state, available) -> None:
    assert record(values, **state).not_available("a") is not available


def test_evidence_shows_the_values_that_came() -> None:
    asked = record({"a": None, "b": [1], "c": UNSET})
    assert asked.evidence("a", "b", "c", "d") == (
        Evidence(SOURCE, ID, "a", None, READ_AT),
        Evidence(SOURCE, ID, "b", "[1]", READ_AT),
    )


def test_a_row_is_asked_by_the_names_of_the_wire() -> None:
    reading = Reading(SourceState(SOURCE, "read"), ())
    asked = record_of(reading, MailboxRow(mailboxid=ID, owner="u-1"), READ_AT, ID)
    assert asked.raw("_ownerid_value") == "u-1"
    assert (asked.source, asked.record, asked.read_at) == (SOURCE, ID, READ_AT)
