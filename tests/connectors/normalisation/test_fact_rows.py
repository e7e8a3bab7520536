"""One row a fact: the builder fills value and evidence, and no row reads what it does not show."""

from typing import Any

import pytest

from connectors.normalisation import organization
from connectors.normalisation.fact_rows import (
    Established,
    FactRow,
    choice,
    fields,
    has_text,
    is_filled,
    lies_ahead,
    optional,
    optional_choice,
    required,
)
from connectors.normalisation.mailbox import facts as mailbox
from connectors.normalisation.mailbox import owner_facts
from connectors.normalisation.records import Record
from connectors.sources.source import SourceState
from rules.evidence import Evidence
from rules.facts import Owner, OwnerKind
from rules.option_sets import State
from rules.unknown import Unknown

AT = "2026-11-23T12:00:00Z"


def record(values: dict[str, Any]) -> Record:
    return Record("source", "id", AT, values, SourceState("source", "read"))


def test_a_value_comes_with_the_columns_of_its_row():
    rows = (
        FactRow("one", ("first",), required(int)),
        FactRow("two", ("first", "second"), lambda record, *columns: len(columns)),
    )
    found = fields(rows, record({"first": 7, "second": None}), record({"first": 7}).evidence)
    shown = (Evidence("source", "id", "first", 7, AT),)
    assert found == {"one": 7, "two": 2, "origins": {"one": shown, "two": shown}}


def test_a_value_that_knows_what_decided_brings_its_own_evidence():
    own = (Evidence("elsewhere", "1", "column"),)
    row = FactRow("fact", ("first",), lambda record, column: Established("value", own))
    found = fields((row,), record({"first": 1}), record({"first": 1}).evidence)
    assert found == {"fact": "value", "origins": {"fact": own}}


@pytest.mark.parametrize(
    ("read", "value", "expected"),
    [
        (required(int), 1, 1),
        (required(int), None, Unknown),
        (required(int), "1", Unknown),
        (optional(int), None, None),
        (choice(State), 0, State.ACTIVE),
        (choice(State), None, Unknown),
        (choice(State), 9, Unknown),
        (optional_choice(State), None, None),
        (has_text, "a", True),
        (has_text, "", False),
        (has_text, None, False),
        (has_text, 1, Unknown),
        (is_filled, 0, False),
        (is_filled, "a", True),
        (lies_ahead, "2026-11-23T12:00:01Z", True),
        (lies_ahead, AT, False),
        (lies_ahead, None, False),
        (lies_ahead, "soon", Unknown),
    ],
)
def test_how_a_column_is_read(read, value, expected):
    found = read(record({"column": value}), "column")
    assert isinstance(found, Unknown) if expected is Unknown else found is expected


class Watched(dict[str, Any]):
    """Values of a record that note which columns are asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[str] = set()

    def get(self, column: str, default: Any = None) -> Any:
        self.asked.add(column)
        return None


def _of_record(record: Record) -> Any:
    return record


def _of_detail(record: Record) -> Any:
    return organization._Detail(record, None)


def _of_mailbox(record: Record) -> Any:
    owner = Owner(
        **{name: None for name in Owner.__struct_fields__ if name not in ("origins", "kind")},
        kind=OwnerKind.USER,
    )
    limits = dict.fromkeys([row.name for row in mailbox.FACTS], (1,))
    return mailbox.Subject(record, owner, None, limits, (1,))


TABLES = [
    (organization._SETTINGS, _of_record),
    (organization._DETAIL, _of_detail),
    (owner_facts._USER_FACTS, _of_record),
    (owner_facts._QUEUE_FACTS, _of_record),
    (mailbox.FACTS, _of_mailbox),
]
MADE = {mailbox.POSTPONED, mailbox.LOCKED, mailbox.DUE}
"""Made of several columns; the key holds them under names of their own."""
IMPLIED = {"is_production": {"TenantId"}}
"""What decides the deployment, which these facts rest on."""


@pytest.mark.parametrize(
    ("row", "of"),
    [pytest.param(row, of, id=row.name) for rows, of in TABLES for row in rows],
)
def test_no_fact_is_read_of_a_column_that_its_evidence_leaves_out(row, of):
    values = Watched()
    row.read(of(Record("source", "id", AT, values, SourceState("source", "read"))), *row.columns)
    assert values.asked <= {*row.columns, *MADE, *IMPLIED.get(row.name, ())}
