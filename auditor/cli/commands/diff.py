"""`auditor diff`: what changed from one report or snapshot to another.

Tested in `tests/end_to_end/test_history.py`.
"""

from pathlib import Path
from typing import Annotated, Literal

import typer

Format = Literal["terminal", "json", "markdown", "html"]


def command(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="A JSON report, or a snapshot.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="The later one, of the same kind.")],
    format: Annotated[Format, typer.Option(help="How the answer is written.")] = "terminal",
    config: Annotated[
        Path | None,
        typer.Option(metavar="PATH", help="Judge snapshots by its thresholds and waivers."),
    ] = None,
) -> None:
    """Show what changed between two reports or snapshots. Exit 1 where something new fails."""
    from auditor.cli.answers.differing import difference_between
    from auditor.cli.terminal.output import binary_output
    from auditor.reports.differences import write

    found = difference_between(old, new, config)
    with binary_output() as out:
        write(found, format, out)
    raise typer.Exit(1 if found.new_failures else 0)
