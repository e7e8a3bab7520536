"""`auditor report`: a JSON report as any other format.

Tested in `tests/end_to_end/test_replay.py`.
"""

from pathlib import Path
from typing import Annotated

import typer


def command(
    audit: Annotated[
        Path, typer.Argument(metavar="AUDIT.json", help="As --report json=PATH wrote it.")
    ],
    report: Annotated[
        list[str] | None,
        typer.Option(metavar="FORMAT[=PATH]", help="What to write; repeatable."),
    ] = None,
) -> None:
    """Write a JSON report as any other format. Nothing is judged again."""
    from auditor.cli.report_files.targets import targets_of
    from auditor.cli.terminal.messages import log_line
    from auditor.reports.published.loading import ReportNotRead, load_report
    from auditor.usage import UsageProblem

    try:
        found = load_report(audit)
    except ReportNotRead as refusal:
        raise UsageProblem(str(refusal)) from refusal
    for target in targets_of(report or (), [found.environment.name]):
        if changed := target.write(found, None):
            log_line(f"{found.environment.name}: {changed}")
