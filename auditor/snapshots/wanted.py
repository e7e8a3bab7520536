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

    def places(self, block: Block, row: type[Struct]) -> set[int]:
        """Which rows of the block, read as rows of this type, they are. Raises `Malformed`."""
        stored = {column.name: column for column in block.columns}
        found: set[int] = set()
        for name in self.fields:
            wire_name, kind, _ = fields_of(row)[row.__struct_fields__.index(name)]
            column = stored.get(wire_name)
            if column is None or not column_picking.may_hold(column, block.rows, self.texts):
                continue
            values = encodings.decode(column, block.rows, kind)
            found.update(at for at, value in enumerate(values) if self._is_wanted(value))
        return found

    def _is_wanted(self, value: Any) -> bool:
        return isinstance(value, str) and self.compared(value) in self.texts
