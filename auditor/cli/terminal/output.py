"""Text on standard output, for the commands that answer a question."""

import contextlib
import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

from auditor.cli.terminal.escaping import harmless
from auditor.process.standard_streams import NobodyReads, discard_output

WIDTH = 80


@contextlib.contextmanager
def while_somebody_reads() -> Iterator[None]:
    """Within the block it is no failure that the reader of standard output has gone."""
    try:
        yield
    except NobodyReads:
        discard_output()


def show(lines: Iterable[str]) -> None:
    """Write lines; what the encoding of the terminal cannot hold is written as its code."""
    encoding = sys.stdout.encoding or "utf-8"
    text = "".join(f"{harmless(line)}\n" for line in lines)
    with while_somebody_reads():
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
        sys.stdout.flush()


def show_bytes(content: bytes) -> None:
    """Write bytes as they are."""
    with while_somebody_reads():
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()


@contextlib.contextmanager
def binary_output() -> Iterator[BinaryIO]:
    """Standard output for what writes bytes; it is no failure that its reader has gone."""
    with while_somebody_reads():
        sys.stdout.flush()
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()


def wrapped(text: str, indent: str = "") -> list[str]:
    """Text in lines of at most `WIDTH`, paragraphs kept; long words such as addresses stay."""
    lines: list[str] = []
    for paragraph in text.split("\n\n"):
        lines += [""] if lines else []
        lines += textwrap.wrap(
            " ".join(paragraph.split()),
            WIDTH,
            initial_indent=indent,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
    return lines


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows as aligned columns, two spaces between them; on a terminal cells wrap to its width."""
    widths = _widths(rows)
    if not fits(rows):
        return _wrapped_cells(rows)
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def fits(rows: Sequence[Sequence[str]]) -> bool:
    """Whether rows as aligned columns are no wider than the terminal; true where there is none."""
    width = sum(_widths(rows)) + 2 * (len(rows[0]) - 1)
    return not sys.stdout.isatty() or width <= shutil.get_terminal_size().columns


def _widths(rows: Sequence[Sequence[str]]) -> list[int]:
    return [max(map(len, column)) for column in zip(*rows, strict=True)]


def _wrapped_cells(rows: Sequence[Sequence[str]]) -> list[str]:
    # Loading it takes longer than all the rest, and few tables need it.
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    head, *body = rows
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in head:
        table.add_column(name, overflow="fold")
    for row in body:
        table.add_row(*map(Text, row))
    console = Console(
        width=shutil.get_terminal_size().columns, color_system=None, legacy_windows=False
    )
    with console.capture() as capture:
        console.print(table)
    return [line.rstrip() for line in capture.get().splitlines()]


def markdown_table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows as a Markdown table, the first its head."""
    head, *body = ([_cell(cell) for cell in row] for row in rows)
    ruled = [head, ["---"] * len(head), *body]
    return [f"| {' | '.join(row)} |" for row in ruled]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
