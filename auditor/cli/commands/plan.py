"""`auditor plan`: the smallest changes after which mailboxes work, proven beforehand.

Tested in `tests/end_to_end/test_planning.py`.
"""

import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

Format = Literal["terminal", "json", "markdown"]
Script = Literal["web-api", "powershell", "pac"]


def command(
    environment: Annotated[
        str | None,
        typer.Argument(metavar="ENVIRONMENT", help="Default: the one that is configured."),
    ] = None,
    snapshot: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Plan for a snapshot instead of the servers."),
    ] = None,
    script: Annotated[
        Script | None,
        typer.Option(
            help="Print the proven steps as a script instead. It writes nothing without --apply, "
            "and this program never runs it."
        ),
    ] = None,
    as_of: Annotated[
        datetime.datetime | None,
        typer.Option(metavar="DATE", formats=["%Y-%m-%d"], help="Judge dates as on this day."),
    ] = None,
    edition: Annotated[
        str, typer.Option(metavar="ID", help="Judge by this edition of the support document.")
    ] = "auto",
    config: Annotated[
        Path | None, typer.Option(metavar="PATH", help="The configuration, as for `auditor run`.")
    ] = None,
    timeout: Annotated[
        float | None, typer.Option(metavar="SECONDS", min=0.001, help="The time limit.")
    ] = None,
    format: Annotated[Format, typer.Option(help="How the plan is written.")] = "terminal",
) -> None:
    """Show the smallest changes that repair most. Nothing is written to a server.

    Each change is made in memory, and everything is judged again with the same rules. Exit 3 where
    not everything could be read.
    """
    from auditor.cli.answers.planned import planned
    from auditor.cli.answers.planning import Source
    from auditor.running import Judging

    judging = Judging(edition=edition, as_of=None if as_of is None else as_of.date())
    source = Source(environment, snapshot, config, timeout)
    raise typer.Exit(planned(source, judging, script, format))
