"""What can be read or refused on its own: sources, their pages, and how each reading ended.

Tested in `tests/connectors/graph/test_preceding.py`.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any, Literal, TypeAlias

from msgspec import UNSET, Struct, UnsetType

from connectors.columnar.page import Page
from rules.evidence import Cause
from rules.unknown import Unknown

Status: TypeAlias = Literal["read", "partial", "failed", "not-configured"]


NARROWED = "narrowed"
"""Code of a source that was read, of which only what somebody named was asked for."""


NARROWED_BY_ADDRESS = "narrowed-by-address"
"""The same, where every record that has the address of one of these was read beside it."""


SAMPLED = "sampled"
"""Code of a source that was read of as many as the configuration says, while there are more."""


REPLACEMENT = "\ufffd"
"""What stands in a text for a character that could not be read ("Unicode", U+FFFD)."""


class SourceState(Struct, frozen=True):
    """How the reading of one source ended.

    `code` is a kebab-case cause; `requests` counts what was sent for it. `columns` are those that
    were asked for, `absent` those that this version does not have, `refused` those
    that its metadata has and the server does not give, `secured` those whose null
    may mean that column security hides the value, `odd` those in which a value of another kind
    than documented came, which its record leaves out.
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
    odd: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether every record was read."""
        return self.status == "read" and not is_narrowed(self.code)

    @property
    def addresses_whole(self) -> bool:
        """Whether every record was read that has the address of one that was read."""
        return self.whole or (self.status == "read" and self.code == NARROWED_BY_ADDRESS)

    def unknown(self) -> Unknown:
        """What a fact is that rests on this source where it was not read, or only in part."""
        return Unknown(
            reason=self.reason or f"The source {self.name} was not read.",
            remedy=self.remedy or f"Configure the source {self.name}.",
            cause=Cause("source", self.name, self.code or self.status),
        )


def is_narrowed(code: str) -> bool:
    """Whether a source with this code was asked for no more than somebody named."""
    return code in (NARROWED, NARROWED_BY_ADDRESS)


class Progress(Struct):
    """What a reader tells while it reads: filled by the reader, published as `SourceState`."""

    columns: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    secured: tuple[str, ...] = ()
    odd: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
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
"""From a section's client, the progress to fill, and `EarlierReadings`, to pages."""


class Reader(Struct, frozen=True, kw_only=True):
    """One source and how it is read.

    `section` is the part of the configuration that it needs; `read` takes the section's client,
    and what was read `before` it, and yields pages, or raises `SourceFailed`. `grant` says which
    permission it needs and how that is given; `after` names the sources that it looks back at.
    `privilege` is that of Dynamics 365 which it needs at organisation depth.
    `looked_up_by` are the columns by which its rows are found, `named_by` the one of them that is
    never empty: where a row lacks one, that nothing is found shows no absence.
    `probe` reads the little that shows whether the source may be read; None: its first pages do.
    """

    source: str
    section: str
    row: type[Struct]
    read: Read
    grant: str
    after: tuple[str, ...] = ()
    privilege: str = ""
    looked_up_by: tuple[str, ...] = ()
    named_by: str = ""
    probe: Read | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The wire names of the columns, in the order of the row's fields."""
        return columns_of(self.row)

    def not_found(self, rows: Sequence[Any]) -> int:
        """How many of the rows lack what they are looked up by, or have it spoiled."""
        # Hardly any page has such a row, so a page is looked at as a whole first.
        if all(_all_told([getattr(row, name) for row in rows]) for name in self.looked_up_by) and (
            not self.named_by or all(getattr(row, self.named_by) for row in rows)
        ):
            return 0
        return sum(
            any(_is_lacking(getattr(row, name)) for name in self.looked_up_by)
            or bool(self.named_by and not getattr(row, self.named_by))
            for row in rows
        )


def _all_told(values: Sequence[Any]) -> bool:
    """Whether none of the values is lacking: texts, lists of texts, and nulls."""
    kinds = set(map(type, values))
    if UnsetType in kinds:
        return False
    if list in kinds:
        lists = (each if isinstance(each, list) else [each] for each in values if each)
        values = list(chain.from_iterable(lists))
    return REPLACEMENT not in "".join(filter(None, values))


def _is_lacking(value: Any) -> bool:
    if isinstance(value, list):
        return any(map(_is_lacking, value))
    return value is UNSET or (isinstance(value, str) and REPLACEMENT in value)


def columns_of(row: type[Struct]) -> tuple[str, ...]:
    """The wire names of a row type, in the order of its fields."""
    return row.__struct_encode_fields__


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
