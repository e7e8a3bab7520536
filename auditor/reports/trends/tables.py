"""The stored runs as a table."""

from collections.abc import Sequence
from typing import BinaryIO

from auditor.history.runs import StoredRun
from auditor.reports.shared.screen import screen
from auditor.reports.shared.text import plain, text_stream

_LIST = ("Run", "Environment", "Began", "Edition", "Read")
_TREND = (
    *("Began", "Synchronizing", "Work", "Broken", "Unknown", "Unsupported"),
    *("Errors", "Warnings", "Undetermined", "New", "Fixed"),
)
SPARED = ("Warnings", "Synchronizing", "Undetermined", "Errors", "Fixed")
"""Columns of a trend that a narrow screen goes without, in that order; other formats have them."""


def head(action: str) -> tuple[str, ...]:
    """The names of the columns."""
    return _LIST if action == "list" else _TREND


def row(of: StoredRun, action: str) -> tuple[str, ...]:
    """The cells of one run."""
    if action == "list":
        read = "completely" if of.complete else "in part"
        return (of.id[:8], of.environment, of.started_at, of.edition or "none", read)
    numbers = of.numbers
    new = numbers.changes.get("new", 0) + numbers.changes.get("reopened", 0)
    cells = (
        *(numbers.synchronizing, numbers.working, numbers.broken, numbers.unknown),
        *(numbers.unsupported, numbers.errors, numbers.warnings, numbers.undetermined),
        *(new, numbers.changes.get("fixed", 0)),
    )
    return (of.started_at, *(f"{cell:,}" for cell in cells))


def terminal(runs: Sequence[StoredRun], action: str, out: BinaryIO) -> None:
    """Write aligned columns; a trend of several environments names each before its runs."""
    with screen(out) as lines:
        for environment, own in by_environment(runs, action):
            if environment:
                lines.heading(plain(environment))
            rows = _fitting([head(action), *(row(each, action) for each in own)], lines.width)
            widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
            for cells in rows:
                padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
                lines.line(plain("  ".join(padded).rstrip()))
            lines.gap()


def _fitting(rows: list[tuple[str, ...]], width: int) -> list[tuple[str, ...]]:
    """The rows, without the columns that can be spared where all of them are too wide."""
    spared = list(SPARED)
    while spared and _width(rows) > width:
        name = spared.pop(0)
        if name in rows[0]:
            at = rows[0].index(name)
            rows = [(*cells[:at], *cells[at + 1 :]) for cells in rows]
    return rows


def _width(rows: list[tuple[str, ...]]) -> int:
    return sum(max(map(len, column)) for column in zip(*rows, strict=True)) + 2 * len(rows[0]) - 2


def markdown(runs: Sequence[StoredRun], action: str, out: BinaryIO) -> None:
    """Write a table for each environment."""
    with text_stream(out) as text:
        for environment, own in by_environment(runs, action):
            if environment:
                text.write(f"## {plain(environment)}\n\n")
            for cells in (head(action), ["---"] * len(head(action))):
                text.write(f"| {' | '.join(cells)} |\n")
            for each in own:
                text.write(f"| {' | '.join(map(plain, row(each, action)))} |\n")
            text.write("\n")


def by_environment(
    runs: Sequence[StoredRun], action: str
) -> Sequence[tuple[str, Sequence[StoredRun]]]:
    """The runs of each environment under its name; a list has them all in one."""
    if action == "list":
        return [("", runs)]
    names = dict.fromkeys(each.environment for each in runs)
    return [(name, [each for each in runs if each.environment == name]) for name in names]
