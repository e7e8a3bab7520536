"""What can be read or refused on its own: sources, their pages, and how each reading ended."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from operator import itemgetter
from typing import Any, Literal, TypeAlias

import msgspec
from msgspec import Struct

from connectors.columns import Numbered
from rules.evidence import Cause
from rules.unknown import Unknown

Status: TypeAlias = Literal["read", "partial", "failed", "not-configured"]

Row: TypeAlias = Any
"""A wire row: a msgspec Struct whose fields are the one list of the source's columns."""


_AT_A_TIME = 1000


class Kinds(Struct, frozen=True, dict=True):
    """The rows of a page by what they have in common: the values of the fields that have few.

    `values` holds the distinct ones, a tuple each, in the order in which they are met; `numbers`
    has for each row the place of its own among them. `fields` gives the place of a field's value
    in such a tuple.
    """

    fields: dict[str, int]
    values: list[tuple[Any, ...]]
    numbers: list[int]

    def of(self, name: str) -> list[Any]:
        """The value of one field for each kind."""
        at = self.fields[name]
        return [each[at] for each in self.values]

    @cached_property
    def codes(self) -> bytes:
        """The numbers, a byte each; empty where there are too many kinds for that."""
        return bytes(self.numbers) if len(self.values) <= 256 else b""


class Columns(dict[str, Sequence[Any]]):
    """The values of all rows by field. Those of fields with few values are made when asked for."""

    def __init__(self, own: Iterable[tuple[str, Sequence[Any]]], kinds: Kinds) -> None:
        super().__init__(own)
        self._kinds = kinds

    def __missing__(self, name: str) -> Sequence[Any]:
        column = self[name] = list(map(self._kinds.of(name).__getitem__, self._kinds.numbers))
        return column


class Page(Struct, frozen=True, dict=True):
    """Rows that came in one answer, when (UTC, ISO 8601), and the SHA-256 of its body."""

    rows: list[Row]
    read_at: str
    digest: str

    @property
    def columns(self) -> dict[str, Sequence[Any]]:
        """The values of all rows by field, in the order of the rows; empty without rows."""
        return self._split[0]

    @property
    def kinds(self) -> Kinds:
        """The rows by kind; where the row type has no fields of few values, all are of one."""
        return self._split[1]

    @cached_property
    def _split(self) -> tuple[Columns, Kinds]:
        """Each row is fetched from memory once, however many look at the page."""
        fields = self.rows[0].__struct_fields__ if self.rows else ()
        begin = getattr(type(self.rows[0]), "kind_begins", None) if self.rows else None
        own = fields.index(begin) if begin else len(fields)
        head, tail = itemgetter(slice(None, own)), itemgetter(slice(own, None))
        columns: list[list[Any]] = [[] for _ in range(own)]
        places, numbers = Numbered(), list[int]()
        # A few rows at a time, so that they are still close to the processor for each column.
        for start in range(0, len(self.rows), _AT_A_TIME):
            values = list(map(msgspec.structs.astuple, self.rows[start : start + _AT_A_TIME]))
            for column, part in zip(columns, zip(*map(head, values), strict=True), strict=True):
                column.extend(part)
            numbers.extend(map(places.__getitem__, map(tail, values)))
        kinds = Kinds({name: at for at, name in enumerate(fields[own:])}, list(places), numbers)
        return Columns(zip(fields[:own], columns, strict=True), kinds), kinds


NARROWED = "narrowed"
"""Code of a source that was read, of which only what somebody named was asked for."""


SAMPLED = "sampled"
"""Code of a source that was read of as many as the configuration says, while there are more."""


class SourceState(Struct, frozen=True):
    """How the reading of one source ended.

    `code` is a kebab-case cause; `requests` counts what was sent for it. `columns` are those that
    were asked for, `absent` those that this version does not have, `secured` those whose null
    may mean that column security hides the value.
    """

    name: str
    status: Status
    records: int = 0
    requests: int = 0
    code: str = ""
    reason: str = ""
    remedy: str = ""
    columns: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    secured: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether every record was read."""
        return self.status == "read" and self.code != NARROWED

    def unknown(self) -> Unknown:
        """What a fact is that rests on this source where it was not, or not wholly, read."""
        return Unknown(
            reason=self.reason or f"The source {self.name} was not read.",
            remedy=self.remedy or f"Configure the source {self.name}.",
            cause=Cause("source", self.name, self.code or self.status),
        )


class Progress(Struct):
    """What a reader tells while it reads: filled by the reader, published as `SourceState`."""

    columns: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    secured: tuple[str, ...] = ()
    requests: int = 0
    code: str = ""
    reason: str = ""
    remedy: str = ""
    silent: bool = False
    """Nobody answered: what records there are tell of that alone."""

    def shorten(self, code: str, reason: str, remedy: str, *, silent: bool = False) -> None:
        """Marks the source as only partly read; `silent`: as failed, whatever its records."""
        self.code, self.reason, self.remedy, self.silent = code, reason, remedy, silent


Read: TypeAlias = Callable[[Any, Progress, Any], Iterator[Page]]
"""From a section's client, the progress to fill, and the `Before` of the reading, to pages."""


class Reader(Struct, frozen=True, kw_only=True):
    """One source and how it is read.

    `section` is the part of the configuration that it needs; `read` takes the section's client,
    and what was read `before` it, and yields pages, or raises `SourceFailed`. `grant` says which
    permission it needs and how that is given; `after` names the sources that it looks back at.
    `privilege` is that of Dynamics 365 which it needs at organisation depth.
    `probe` reads the little that shows whether the source may be read; None: its first pages do.
    """

    source: str
    section: str
    row: type[Struct]
    read: Read
    grant: str
    after: tuple[str, ...] = ()
    privilege: str = ""
    probe: Read | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The wire names of the columns, in the order of the row's fields."""
        return columns_of(self.row)


def columns_of(row: type[Struct]) -> tuple[str, ...]:
    """The wire names of a row type, in the order of its fields."""
    return tuple(field.encode_name for field in msgspec.structs.fields(row))


_VALUES = {
    "exchange_online.cmdlets": "true",
    "exchange_server.mailboxes": "how many to open",
    "graph.inbox_rules": "how many mailboxes to ask",
}


def not_configured(source: str, section: str) -> SourceState:
    """The state of a source whose part of the configuration is left out.

    A section such as `exchange_online.cmdlets` is a key within a section.
    """
    part, _, key = section.partition(".")
    return SourceState(
        name=source,
        status="not-configured",
        code="not-configured",
        reason=f"The source {source} is not configured.",
        remedy=(
            f"Set `{key}` to {_VALUES[section]} in the section `{part}` of the environment."
            if key
            else f"Add the section `{section}` to the environment in the configuration."
        ),
    )
