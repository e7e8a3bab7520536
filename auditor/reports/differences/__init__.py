"""A difference on its own, as `auditor diff` and `auditor history show` write it.

`write(difference, format, out)` knows terminal, json, markdown and html.
Tested in `tests/auditor/reports/differences/test_lists.py` and
`tests/end_to_end/test_history.py`.
"""

from collections.abc import Callable, Mapping
from typing import BinaryIO, Literal, TypeAlias

from auditor.differences import Difference
from auditor.reports.differences import html, json, markdown, terminal

Format: TypeAlias = Literal["terminal", "json", "markdown", "html"]
_WRITERS: Mapping[str, Callable[[Difference, BinaryIO], None]] = {
    "terminal": terminal.write,
    "json": json.write,
    "markdown": markdown.write,
    "html": html.write,
}


def write(difference: Difference, format: Format, out: BinaryIO) -> None:
    """Write the difference in the format."""
    _WRITERS[format](difference, out)


__all__ = ["Format", "write"]
