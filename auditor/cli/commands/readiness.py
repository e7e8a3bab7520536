"""`auditor readiness`: what ends when, what is in place, and what is missing."""

import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

Format = Literal["terminal", "json", "markdown", "icalendar"]


def command(
    environment: Annotated[
        str | None,
        typer.Argument(metavar="ENVIRONMENT", help="Default: the one that is configured."),
    ] = None,
    snapshot: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Ask a snapshot instead of the servers."),
    ] = None,
    as_of: Annotated[
        datetime.datetime | None,
        typer.Option(metavar="DATE", formats=["%Y-%m-%d"], help="Judge dates as on this day."),
    ] = None,
    config: Annotated[
        Path | None, typer.Option(metavar="PATH", help="The configuration, as for `auditor run`.")
    ] = None,
    format: Annotated[Format, typer.Option(help="How the answer is written.")] = "terminal",
) -> None:
    """Show what ends when, and what is missing for it. Exit 3 where not all could be read."""
    from auditor.cli.answers.planning import Source
    from auditor.cli.answers.ready import calendar, lines
    from auditor.cli.terminal.output import show, show_bytes
    from auditor.plan.readiness import readiness_of
    from auditor.reports.shared.json_text import encode_indented
    from auditor.running import Judging

    judging = Judging(as_of=None if as_of is None else as_of.date())
    with Source(environment, snapshot, config).opened(judging) as stored:
        found = readiness_of(stored.request, stored.snapshot)
    if format == "json":
        show_bytes(encode_indented(found))
    elif format == "icalendar":
        show_bytes(calendar(found))
    else:
        show(lines(found, markdown=format == "markdown"))
    raise typer.Exit(0 if found.complete else 3)
