"""`auditor history`: the stored runs.

Tested in `tests/end_to_end/test_history.py`.
"""

from typing import Annotated, Literal

import typer

from auditor.cli.parameters import ConfigurationFile

Action = Literal["list", "show", "trend", "check", "prune"]
Format = Literal["terminal", "json", "markdown", "html"]


def command(
    action: Annotated[
        Action,
        typer.Argument(
            metavar="list|show|trend|check|prune",
            help="list: the runs. show RUN: what a run found otherwise than the one before it. "
            "trend: the numbers of the runs. check: whether each environment had a complete run "
            "lately. prune: forget old runs.",
        ),
    ],
    what: Annotated[
        str | None,
        typer.Argument(metavar="[ENVIRONMENT|RUN]", help="For show: the run's id, or its begin."),
    ] = None,
    format: Annotated[Format, typer.Option(help="How the answer is written.")] = "terminal",
    keep: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="prune: keep the newest N runs.")
    ] = None,
    before: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="prune: forget runs that began before this day."),
    ] = None,
    within: Annotated[
        str, typer.Option(metavar="DURATION", help="check: how long ago that may be.")
    ] = "26h",
    config: ConfigurationFile = None,
) -> None:
    """List stored runs, show changes and the trend, or prune."""
    from auditor.cli.answers.recalling import recall

    raise typer.Exit(recall(action, what, format, keep, before, within, config))
