"""`auditor why`: everything known and judged about one subject."""

from typing import Annotated, Literal

import typer

from auditor.cli.parameters import (
    AnyTimeLimit,
    ConfigurationFile,
    Day,
    EditionId,
    OneEnvironment,
    SnapshotFile,
)

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
    environment: OneEnvironment = None,
    snapshot: SnapshotFile = None,
    config: ConfigurationFile = None,
    edition: EditionId = "auto",
    as_of: Day = None,
    timeout: AnyTimeLimit = None,
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
