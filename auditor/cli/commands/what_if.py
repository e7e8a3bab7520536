"""`auditor what-if`: what given changes would change, without making them.

Tested in `tests/end_to_end/test_planning.py`.
"""

import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

Format = Literal["terminal", "json", "markdown"]


def command(
    environment: Annotated[
        str | None,
        typer.Argument(metavar="ENVIRONMENT", help="Default: the one that is configured."),
    ] = None,
    snapshot: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Ask a snapshot instead of the servers."),
    ] = None,
    set: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KIND:GLOB.COLUMN=VALUE",
            help="Set a column of a profile, mailbox, organization or tenant (the last two without "
            "a GLOB); repeatable. An option's name may stand for its number.",
        ),
    ] = None,
    move: Annotated[
        list[str] | None,
        typer.Option(
            metavar="mailbox:GLOB=profile:NAME", help="Give mailboxes this profile; repeatable."
        ),
    ] = None,
    as_of: Annotated[
        datetime.datetime | None,
        typer.Option(
            metavar="DATE", formats=["%Y-%m-%d"], help="Judge what would be as on this day."
        ),
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
    format: Annotated[Format, typer.Option(help="How the answer is written.")] = "terminal",
) -> None:
    """Show what changes would change. Nothing is written to a server.

    The changes are made in memory, and everything is judged again with the same rules. Exit 1
    where something would fail that does not fail today.
    """
    from auditor.cli.answers.supposing import supposed
    from auditor.running import Judging

    day = None if as_of is None else as_of.date()
    found = supposed(
        environment,
        snapshot,
        config,
        sets=set or (),
        moves=move or (),
        today=Judging(edition=edition),
        later=Judging(edition=edition, as_of=day),
        timeout_s=timeout,
        format=format,
    )
    raise typer.Exit(found)
