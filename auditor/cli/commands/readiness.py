"""`auditor readiness`: what ends when, what is in place, and what is missing."""

from typing import Annotated, Literal

import typer

from auditor.cli.parameters import ConfigurationFile, Day, OneEnvironment, SnapshotFile

Format = Literal["terminal", "json", "markdown", "icalendar"]


def command(
    environment: OneEnvironment = None,
    snapshot: SnapshotFile = None,
    as_of: Day = None,
    config: ConfigurationFile = None,
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
