"""A difference as Markdown."""

from collections.abc import Iterator
from typing import BinaryIO

from auditor.differences import Difference
from auditor.reports.shared import changes
from auditor.reports.shared.markdown_text import safe
from auditor.reports.shared.text import text_stream

MOST = 200


def write(difference: Difference, out: BinaryIO) -> None:
    """Write a heading, a sentence and a list for each kind of change."""
    with text_stream(out) as text:
        text.write(f"# What changed: {safe(difference.new.environment)}\n\n")
        text.write(f"{safe(changes.summary(difference))}\n")
        text.writelines(f"{line}\n" for line in lists(difference, MOST, level=2))


def lists(difference: Difference, most: int, level: int) -> Iterator[str]:
    """The changes as lists under headings of a level."""
    for part in changes.parts(difference, most):
        yield ""
        yield f"{'#' * level} {part.heading}"
        yield ""
        for line in part.lines:
            yield f"- {safe(line)}"
        if part.more:
            yield f"- and {part.more:,} more"
