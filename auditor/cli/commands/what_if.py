"""`auditor what-if`: what given changes would change, without making them.

Tested in `tests/end_to_end/test_planning.py`.
"""

import datetime
from typing import Annotated, Literal

import typer

from auditor.cli.parameters import (
    AnyTimeLimit,
    ConfigurationFile,
    EditionId,
    OneEnvironment,
    SnapshotFile,
)

Format = Literal["terminal", "json", "markdown"]


def command(
    environment: OneEnvironment = None,
    snapshot: SnapshotFile = None,
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
    edition: EditionId = "auto",
    config: ConfigurationFile = None,
    timeout: AnyTimeLimit = None,
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
