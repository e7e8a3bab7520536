"""One wire record, asked column by column: a value, null, or why it is unknown."""

from enum import Enum
from typing import Any, TypeVar

from msgspec import UNSET

from connectors.columnar.dates import is_date
from connectors.normalisation.unknowns import (
    absent_column,
    empty_column,
    left_out_column,
    odd_value,
    refused_column,
    scalar,
    secured_column,
    unasked_column,
    unreadable_column,
)
from connectors.sources.readings import Reading
from connectors.sources.source import SourceState
from rules.evidence import Evidence
from rules.unknown import Unknown

E = TypeVar("E", bound=Enum)
T = TypeVar("T")


def hidden(state: SourceState, *columns: str) -> Unknown | None:
    """Why an empty value of one of the columns tells nothing; None: every empty value is one."""
    for column in columns:
        if column in state.absent:
            return absent_column(state.name, column)
        if column in state.refused:
            return refused_column(state.name, column)
        if state.columns and column not in state.columns:
            return unasked_column(state.name, column)
        if column in state.secured:
            return secured_column(state.name, column)
    return None


class Record:
    """The values of one record with what is known of their columns.

    `source`, `record` and `read_at` go into the evidence of what is unknown.

        >>> values = {"name": "Support", "statecode": None}
        >>> record = Record("dynamics.queues", "q-1", read_at, values, state)
        >>> record.required("name", str)
        'Support'
        >>> record.required("statecode", int).reason
        'The record holds no value in statecode.'
    """

    __slots__ = (
        "_absent",
        "_asked",
        "_secured",
        "_shown",
        "_state",
        "_values",
        "read_at",
        "record",
        "source",
    )

    def __init__(
        self,
        source: str,
        record: str,
        read_at: str,
        values: dict[str, object],
        state: SourceState,
    ) -> None:
        self.source = source
        self.record = record
        self.read_at = read_at
        self._values = values
        self._state = state
        self._absent = frozenset(state.absent)
        self._asked = state.columns
        self._secured = frozenset(state.secured)
        self._shown: dict[tuple[str, ...], tuple[Evidence, ...]] = {}

    def raw(self, column: str) -> object:
        """The value, None where it is null, or why it is unknown. Enum columns come as numbers."""
        value = self._values.get(column, UNSET)
        if value is UNSET:
            if column in self._absent:
                return absent_column(self.source, column)
            if column in self._state.refused:
                return refused_column(self.source, column)
            if self._asked and column not in self._asked:
                return unasked_column(self.source, column)
            if column in self._state.odd:
                return unreadable_column(self.source, column)
            return left_out_column(self.source, column)
        if value is None and column in self._secured:
            return secured_column(self.source, column)
        return value

    def filled(self, column: str) -> bool | Unknown:
        """Whether the column holds anything but null, zero and an empty text."""
        value = self.raw(column)
        return value if isinstance(value, Unknown) else bool(value)

    def hidden(self, *columns: str) -> Unknown | None:
        """Why an empty value of one of the columns tells nothing; None: it does."""
        return hidden(self._state, *columns)

    def not_available(self, column: str) -> bool:
        """Whether this version does not have the column, so that it can hold nothing."""
        return column in self._absent and self.answers_nothing(column)

    def answers_nothing(self, column: str) -> bool:
        """Whether the answer did not hold the column at all."""
        return self._values.get(column, UNSET) is UNSET and column not in self._state.odd

    def optional(self, column: str, kind: type[T]) -> "T | None | Unknown":
        """The value of the type, None where it is null."""
        value = self.raw(column)
        if value is None or isinstance(value, Unknown):
            return value
        if not isinstance(value, kind):
            return odd_value(self.source, self.record, column, value, self.read_at)
        return value

    def required(self, column: str, kind: type[T]) -> "T | Unknown":
        """The value of the type; null is unknown."""
        value = self.optional(column, kind)
        return self._empty(column) if value is None else value

    def date(self, column: str) -> str | None | Unknown:
        """The moment, None where it is null; a text that is none is unknown."""
        value = self.optional(column, str)
        if isinstance(value, str) and not is_date(value):
            return odd_value(self.source, self.record, column, value, self.read_at)
        return value

    def choice(self, column: str, options: type[E]) -> "E | Unknown":
        """The option of the set; null and a number that is not listed are unknown."""
        value = self.optional_choice(column, options)
        return self._empty(column) if value is None else value

    def optional_choice(self, column: str, options: type[E]) -> "E | None | Unknown":
        """The option of the set, None where it is null; an unlisted number is unknown."""
        value = self.optional(column, int)
        if value is None or isinstance(value, Unknown):
            return value
        try:
            return options(value)
        except ValueError:
            return odd_value(self.source, self.record, column, value, self.read_at)

    def evidence(self, *columns: str) -> tuple[Evidence, ...]:
        """The named values as evidence; a column that is absent or unanswered has none.

        The same object each time: facts of several kinds show one column.
        """
        found = self._shown.get(columns)
        if found is None:
            found = self._shown[columns] = tuple(
                Evidence(self.source, self.record, column, scalar(value), self.read_at)
                for column in columns
                if (value := self._values.get(column, UNSET)) is not UNSET
            )
        return found

    def _empty(self, column: str) -> Unknown:
        return empty_column(self.source, self.record, column, self.read_at)


def record_of(reading: Reading, row: Any, read_at: str, id: str) -> Record:
    """One row to be asked column by column; `id` goes into its evidence."""
    return Record(reading.state.name, id, read_at, values_of(row), reading.state)


def values_of(row: Any) -> dict[str, object]:
    """The row's values by the wire names of its columns."""
    names = zip(row.__struct_encode_fields__, row.__struct_fields__, strict=True)
    return {column: getattr(row, name) for column, name in names}
