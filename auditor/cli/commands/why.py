"""`auditor why`: everything known and judged about one subject."""

import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

Format = Literal["terminal", "json"]


def command(
    subject: Annotated[
        str,
        typer.Argument(
            metavar="SUBJECT",
            help="An address, a name or an id, or a part of one, of a mailbox, profile, user, "
            "queue, mail server or the tenant; KIND:TEXT narrows it to mailbox, profile, user, "
            "queue, address, email-system, tenant or organization.",
        ),
    ],
    environment: Annotated[
        str | None,
        typer.Argument(metavar="ENVIRONMENT", help="Default: the one that is configured."),
    ] = None,
    snapshot: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Ask a snapshot instead of the servers."),
    ] = None,
    config: Annotated[
        Path | None, typer.Option(metavar="PATH", help="The configuration, as for `auditor run`.")
    ] = None,
    edition: Annotated[
        str, typer.Option(metavar="ID", help="Judge by this edition of the support document.")
    ] = "auto",
    as_of: Annotated[
        datetime.datetime | None,
        typer.Option(metavar="DATE", formats=["%Y-%m-%d"], help="Judge dates as on this day."),
    ] = None,
    timeout: Annotated[
        float | None, typer.Option(metavar="SECONDS", min=0.001, help="The time limit.")
    ] = None,
    failing: Annotated[
        bool, typer.Option("--failing", help="Show only what fails, without passes and facts.")
    ] = False,
    format: Annotated[Format, typer.Option(help="How the answer is written.")] = "terminal",
) -> None:
    """Tell everything known about one mailbox or profile.

    Also about one user, queue or address.
    """
    from auditor.cli.answers.reasons import asked, shown
    from auditor.running import Judging
    from auditor.usage import UsageProblem

    if snapshot is not None and environment is not None:
        raise UsageProblem("name an environment or give --snapshot, not both")
    judging = Judging(edition=edition, as_of=None if as_of is None else as_of.date())
    found = asked(subject, environment, snapshot, config, judging, timeout)
    shown(found, as_json=format == "json", failing=failing)
