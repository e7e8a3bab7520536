"""Which rows of a snapshot are wanted, told of a block before rows are made of it.

Tested in `tests/auditor/snapshots/test_one_mailbox.py`.
"""

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from auditor.snapshots.blocks import Block
from connectors.columnar import column_picking, encodings
from connectors.columnar.packed_rows import fields_of


class Among(Struct, frozen=True):
    """The rows that have one of the texts in one of the fields; `compared` is its form there.

    Among(("emailaddress",), compared, frozenset({"anna@contoso.example"}))
    """

    fields: tuple[str, ...]
    compared: Callable[[str], str]
    texts: frozenset[str]

    def is_in(self, block: Block, row: type[Struct]) -> bool:
        """Whether the block has such a row of this type. Raises `Malformed`."""
        stored = {column.name: column for column in block.columns}
        for name in self.fields:
            wire_name, kind, _ = fields_of(row)[row.__struct_fields__.index(name)]
            column = stored.get(wire_name)
            if column is None or not column_picking.may_hold(column, block.rows, self.texts):
                continue
            if any(map(self._is_wanted, encodings.decode(column, block.rows, kind))):
                return True
        return False

    def is_of(self, row: Any) -> bool:
        """Whether it is such a row."""
        return any(self._is_wanted(getattr(row, name)) for name in self.fields)

    def _is_wanted(self, value: Any) -> bool:
        return isinstance(value, str) and self.compared(value) in self.texts
