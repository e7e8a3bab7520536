"""One page: the rows of one answer, kept as they came or packed into columns."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, TypeAlias

from msgspec import Struct

from connectors.columnar.columns import Columns, Kinds
from connectors.columnar.encodings import Column
from connectors.columnar.packed_rows import PackedRows, pack, split

Row: TypeAlias = Any
"""A wire row: a msgspec Struct whose fields are the one list of the source's columns."""


class Page(Struct, frozen=True, dict=True):
    """Rows that came in one answer, when (UTC, ISO 8601), and the SHA-256 of its body.

    `is_searched`: the answer was searched for secrets, and none can be in its rows.

    >>> page = Page([QueueRow("q-1", name="Support"), QueueRow("q-2", name="Sales")], at, "")
    >>> page.columns["name"]
    ['Support', 'Sales']
    >>> page.pick("name", [1])
    ['Sales']
    """

    rows: Sequence[Row]
    read_at: str
    digest: str
    is_searched: bool = False

    @property
    def columns(self) -> Columns:
        """The values of all rows by field, in the order of the rows."""
        return self._split[0]

    @property
    def kinds(self) -> Kinds:
        """The rows by kind; where the row type has no fields of few values, all are of one."""
        return self._split[1]

    def packed(self, name: str) -> Column:
        """One field of all rows, packed. A page without rows has none."""
        if isinstance(self.rows, PackedRows):
            return self.rows.column(name)
        if name not in self._packed:
            self._packed[name] = pack(type(self.rows[0]), name, self.columns, self.kinds)
        return self._packed[name]

    def at(self, places: Sequence[int]) -> list[Row]:
        """The rows at these places."""
        if isinstance(self.rows, PackedRows):
            return self.rows.at(places)
        return list(map(self.rows.__getitem__, places))

    def pick(self, name: str, places: Sequence[int]) -> list[Any]:
        """The values of one field of the rows at these places."""
        if isinstance(self.rows, PackedRows):
            return self.rows.pick(name, places)
        return list(map(self.columns[name].__getitem__, places))

    @cached_property
    def _packed(self) -> dict[str, Column]:
        return {}

    @cached_property
    def _split(self) -> tuple[Columns, Kinds]:
        if isinstance(self.rows, PackedRows):
            return self.rows.columns, self.rows.kinds
        return split(self.rows)
