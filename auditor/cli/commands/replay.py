"""`auditor replay`: judges snapshots again, without a server.

Tested in `tests/end_to_end/test_replay.py`.
"""

from pathlib import Path
from typing import Annotated

import typer

from auditor.cli.options import Options, with_options


@with_options()
def command(
    given: Options,
    snapshot: Annotated[
        list[Path], typer.Argument(metavar="SNAPSHOT", help="As `auditor run --snapshot` wrote it.")
    ],
) -> None:
    """Judge snapshots again, offline.

    Environment, declarations, thresholds, waivers and the day are those of the snapshot; --config
    lends other thresholds and waivers.
    """
    from auditor.cli.audits.auditing import perform
    from auditor.cli.audits.replaying import stored_tasks
    from auditor.cli.loading import load_configuration
    from auditor.cli.report_files.targets import targets_of

    lent = None if given.config is None else load_configuration(given.config)
    tasks = stored_tasks(snapshot, given.judging, lent)
    targets = targets_of(given.reports, [task.request.environment for task in tasks])
    raise typer.Exit(perform(tasks, targets, given, "replay"))
