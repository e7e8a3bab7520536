"""One row a fact: its name, the columns that decide it, and how they are read.

The builder fills value and evidence from the same row, so that evidence names the columns that
were read and no others.
"""

from collections.abc import Callable, Iterable
from enum import Enum
from typing import Any, NamedTuple

from connectors.normalisation.records import Record
from rules.evidence import Evidence
from rules.unknown import Unknown


class Established(NamedTuple):
    """A value with its own evidence, where the columns alone do not tell which of them decided."""

    value: Any
    evidence: tuple[Evidence, ...]


def once(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Each piece of evidence once, in its order: two that decided may rest on one column."""
    return tuple(dict.fromkeys(evidence))


class FactRow(NamedTuple):
    """One fact. `read` takes what the fact is read of, then the names of its columns.

    It gives the value; or `Established`, where the value says what decided it.

        >>> FactRow("times_out", ("timeoutmailboxconnection",), required(bool))
    """

    name: str
    columns: tuple[str, ...]
    read: Callable[..., Any]


def fields(
    rows: Iterable[FactRow], of: Any, evidence: Callable[..., tuple[Evidence, ...]]
) -> dict[str, Any]:
    """The fields of a fact by name, `origins` among them. `evidence` shows columns by name."""
    values: dict[str, Any] = {}
    origins: dict[str, tuple[Evidence, ...]] = {}
    for name, columns, read in rows:
        value = read(of, *columns)
        if isinstance(value, Established):
            values[name], origins[name] = value
        else:
            values[name], origins[name] = value, evidence(*columns)
    return {**values, "origins": origins}


def required(kind: type[Any]) -> Callable[[Record, str], Any]:
    """Reads a column of the type; null is unknown."""
    return lambda record, column: record.required(column, kind)


def optional(kind: type[Any]) -> Callable[[Record, str], Any]:
    """Reads a column of the type; null is None."""
    return lambda record, column: record.optional(column, kind)


def choice(options: type[Enum]) -> Callable[[Record, str], Any]:
    """Reads a column with an option of the set; null is unknown."""
    return lambda record, column: record.choice(column, options)


def optional_choice(options: type[Enum]) -> Callable[[Record, str], Any]:
    """Reads a column with an option of the set; null is None."""
    return lambda record, column: record.optional_choice(column, options)


def has_text(record: Record, column: str) -> bool | Unknown:
    """Whether a column holds a text that is not empty."""
    value = record.optional(column, str)
    return value if isinstance(value, Unknown) else bool(value)


def is_filled(record: Record, column: str) -> bool | Unknown:
    """Whether a column holds anything but null, zero and an empty text."""
    return record.filled(column)


def lies_ahead(record: Record, column: str) -> bool | Unknown:
    """Whether a column holds a moment after the record was read."""
    value = record.date(column)
    if isinstance(value, Unknown):
        return value
    return value is not None and value > record.read_at
