"""An organisation's records in memory, as a place that an audit reads from.

What a server may refuse is refused here: a whole table, its depth, or single columns.
"""

import datetime
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import msgspec
from msgspec import UNSET, Struct
from msgspec.structs import fields, replace

from auditor.audit import verdicts_of
from auditor.demo.contoso import BUILDS
from auditor.demo.organisation import Organisation
from auditor.judging.judge_all import Verdicts
from auditor.request import Request
from connectors.columnar.page import Page
from connectors.dynamics.privileges import PrivilegeRow
from connectors.dynamics.tables.organization_detail import OrganizationDetailRow
from connectors.normalisation.declared import Declarations
from connectors.normalisation.facts import MAILBOXES
from connectors.sources.catalogue import readers
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import Reader, SourceState, not_configured
from rules.rule import Rule, catalogue, thresholds_of
from rules.thresholds import Thresholds
from rules.verdict import outcome, worst

NOW = datetime.datetime(2026, 11, 23, 3, tzinfo=datetime.UTC)
READ_AT = "2026-11-23T03:00:00Z"
DETAIL = "dynamics.organization-detail"

Outcomes = dict[tuple[str, str, str], str]
"""For each rule, kind of subject and subject: the published word of the verdict."""


class Told(Struct, frozen=True):
    """What one source tells: its rows, and how its reading ended."""

    rows: list[Any]
    state: SourceState


class Recorded:
    """The sources by name; one that is not there is not configured."""

    def __init__(self, told: Mapping[str, Told]) -> None:
        self.told = dict(told)

    def open(self, reader: Reader, earlier: EarlierReadings) -> "RecordedStream":
        absent = not_configured(reader.source, reader.section)
        return RecordedStream(self.told.get(reader.source) or Told([], absent))

    def but(self, source: str, told: Told) -> "Recorded":
        return Recorded({**self.told, source: told})

    def failed(self, source: str) -> "Recorded":
        state = SourceState(source, "failed", code="forbidden", reason="403", remedy="Grant it.")
        return self.but(source, Told([], state))

    def partial(self, source: str) -> "Recorded":
        """Every other row only, as a role of too little depth shows them."""
        told = self.told[source]
        rows = told.rows[::2]
        state = replace(
            told.state,
            status="partial",
            records=len(rows),
            code="privilege-depth",
            reason="depth",
            remedy="Grant it.",
        )
        return self.but(source, Told(rows, state))

    def without(self, source: str, column: str) -> "Recorded":
        """The column is not in this version."""
        told = self.told[source]
        rows = [_with(row, column, UNSET) for row in told.rows]
        left = tuple(each for each in told.state.columns if each != column)
        absent = (*told.state.absent, column)
        return self.but(source, Told(rows, replace(told.state, columns=left, absent=absent)))

    def told_as(self, source: str, column: str, value: Any) -> "Recorded":
        """Every value of the column is told as this one; a null stays one."""
        told = self.told[source]
        rows = [
            row if row_value is None else _with(row, column, value)
            for row, row_value in zip(told.rows, _values(told.rows, column), strict=True)
        ]
        return self.but(source, Told(rows, told.state))

    def values(self, source: str, column: str) -> list[Any]:
        """The values of the column that are no nulls."""
        return [each for each in _values(self.told[source].rows, column) if each is not None]

    def secured(self, source: str, column: str) -> "Recorded":
        """Column security hides every value of the column."""
        told = self.told[source]
        rows = [_with(row, column, None) for row in told.rows]
        return self.but(source, Told(rows, replace(told.state, secured=(column,))))


class RecordedStream:
    def __init__(self, told: Told) -> None:
        self._told = told

    def __iter__(self) -> Iterator[Page]:
        if self._told.rows:
            yield Page(rows=self._told.rows, read_at=READ_AT, digest="")

    @property
    def state(self) -> SourceState:
        return self._told.state


def _with(row: Any, column: str, value: Any) -> Any:
    return replace(row, **{_field(type(row), column): value})


def _values(rows: list[Any], column: str) -> list[Any]:
    return [getattr(row, _field(type(row), column)) for row in rows]


@cache
def _columns(kind: type[Struct]) -> dict[str, str]:
    """The column of each field: to look at a type is dear, and it is asked of every row."""
    return {each.name: each.encode_name for each in fields(kind)}


def _field(kind: type[Struct], column: str) -> str:
    (name,) = (name for name, told in _columns(kind).items() if told == column)
    return name


def recorded(organisation: Organisation) -> Recorded:
    """The tables of Dynamics that an audit reads, read in full."""
    told = {}
    for reader in readers():
        table = getattr(reader.read, "__self__", None)
        if reader.section != "dynamics" or table is None:
            continue
        rows = [_row(reader.row, each) for each in organisation.rows_of(table.entity_set)]
        told[reader.source] = _told(reader.source, reader.columns, rows)
    detail = OrganizationDetailRow(
        OrganizationId=organisation.id,
        OrganizationVersion=organisation.version,
        TenantId=organisation.tenant_id,
        OrganizationType=organisation.organization_type,
    )
    told[DETAIL] = _told(DETAIL, OrganizationDetailRow.__struct_fields__, [detail])
    privileges = "dynamics.privileges"
    told[privileges] = _told(privileges, PrivilegeRow.__struct_fields__, [])
    return Recorded(told)


def _told(source: str, columns: tuple[str, ...], rows: list[Any]) -> Told:
    return Told(rows, SourceState(source, "read", len(rows), columns=columns))


def _row(kind: type[Struct], values: Any) -> Any:
    return msgspec.convert({name: values.get(name) for name in _columns(kind).values()}, kind)


def request(rules: tuple[Rule, ...], declared: Mapping[str, Any]) -> Request:
    return Request(
        environment="contoso",
        url="https://contoso.example",
        run_id="run",
        started_at=READ_AT,
        as_of=NOW.date(),
        rules=rules,
        thresholds=Thresholds(thresholds_of(catalogue())),
        declarations=Declarations(values=declared, builds=BUILDS),
    )


def verdicts(
    outside: Recorded, declared: Mapping[str, Any], rules: tuple[Rule, ...] | None = None
) -> Verdicts:
    return verdicts_of(request(rules or catalogue(), declared), outside)[0]


def outcomes(found: Verdicts, outside: Recorded) -> Outcomes:
    """How every subject ended by every rule, each mailbox by itself."""
    ended: Outcomes = {}
    for page in outside.open(*_mailboxes()):
        numbers = found.facts.mailboxes.intern(page).numbers
        for row, number in zip(page.rows, numbers, strict=True):
            group = found.groups[found.moved.get(row.mailboxid, number)]
            for rule_id, verdict in group.verdicts.items():
                ended[rule_id, "mailbox", row.mailboxid] = outcome(verdict)
    for judged in found.others:
        ended[judged.rule.id, judged.rule.subject, judged.id] = outcome(judged.verdict)
    return ended


def _mailboxes() -> tuple[Reader, Any]:
    (reader,) = (each for each in readers() if each.source == MAILBOXES)
    return reader, None


def by_rule(ended: Outcomes) -> dict[str, str]:
    """The worst outcome of each rule."""
    return {
        rule_id: worst(word for (id, _, _), word in ended.items() if id == rule_id)
        for rule_id in {key[0] for key in ended}
    }
