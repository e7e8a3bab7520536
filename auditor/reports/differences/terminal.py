"""A difference on screen."""

from typing import BinaryIO

from auditor.differences import Difference
from auditor.reports.shared import changes
from auditor.reports.shared.screen import Screen, screen

MOST = 20


def write(difference: Difference, out: BinaryIO) -> None:
    """Write what changed, at the width of a terminal, else in 80 columns."""
    with screen(out) as lines:
        lines.line(changes.summary(difference), style="bold")
        lines.gap()
        show_parts(lines, difference, MOST)


def show_parts(lines: Screen, difference: Difference, most: int) -> None:
    """Write what changed part by part, each of at most so many lines."""
    for part in changes.parts(difference, most):
        lines.heading(part.heading)
        for each in part.lines:
            lines.line(f"- {each}", hang=2)
        if part.more:
            lines.line(f"and {part.more:,} more in `auditor history show --format json`")
        lines.gap()
