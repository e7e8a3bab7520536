"""The stored runs as a list or a trend: a table, JSON, Markdown, or a page with a plot.

Tested in `tests/end_to_end/test_history.py`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import BinaryIO

from auditor.history.runs import StoredRun
from auditor.reports.trends import html, json, tables

_WRITERS: Mapping[str, Callable[[Sequence[StoredRun], str, BinaryIO], None]] = {
    "terminal": tables.terminal,
    "json": json.write,
    "markdown": tables.markdown,
    "html": html.write,
}


def write(runs: Sequence[StoredRun], action: str, format: str, out: BinaryIO) -> None:
    """Write the runs, the oldest first; `action` is list or trend."""
    _WRITERS[format](runs, action, out)


__all__ = ["write"]
