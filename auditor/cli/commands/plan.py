"""`auditor plan`: the smallest changes after which mailboxes work, proven beforehand.

Tested in `tests/end_to_end/test_planning.py`.
"""

from pathlib import Path
from typing import Annotated, Literal

import typer

from auditor.cli.parameters import AnyTimeLimit, ConfigurationFile, Day, EditionId, OneEnvironment

Format = Literal["terminal", "json", "markdown"]
Script = Literal["web-api", "powershell", "pac"]


def command(
    environment: OneEnvironment = None,
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
    as_of: Day = None,
    edition: EditionId = "auto",
    config: ConfigurationFile = None,
    timeout: AnyTimeLimit = None,
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
