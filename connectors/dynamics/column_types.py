"""The types of columns: UNSET: not asked for, or not answered; None: it is null.

The row type beside each table is the one list of its columns. Columns that hold secrets, message
content or bodies have no field there. Of a large table the fields from `kind_begins` on have few
values: rows of a page that are alike in all of them are of one kind.

Tested in `tests/connectors/dynamics/tables/test_mailboxes.py`.
"""

from typing import TypeAlias

from msgspec import UnsetType

Text: TypeAlias = str | None | UnsetType
Flag: TypeAlias = bool | None | UnsetType
Number: TypeAlias = int | None | UnsetType
