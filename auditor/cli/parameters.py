"""What several commands take in the same words, beside what `run`, `demo` and `replay` share.

Tested in `tests/auditor/cli/test_application.py`.
"""

import datetime
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

OneEnvironment: TypeAlias = Annotated[
    str | None,
    typer.Argument(metavar="ENVIRONMENT", help="Default: the one that is configured."),
]
SnapshotFile: TypeAlias = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Ask a snapshot instead of the servers."),
]
ConfigurationFile: TypeAlias = Annotated[
    Path | None, typer.Option(metavar="PATH", help="The configuration, as for `auditor run`.")
]
EditionId: TypeAlias = Annotated[
    str, typer.Option(metavar="ID", help="Judge by this edition of the support document.")
]
Day: TypeAlias = Annotated[
    datetime.datetime | None,
    typer.Option(metavar="DATE", formats=["%Y-%m-%d"], help="Judge dates as on this day."),
]
_SECONDS = typer.Option(metavar="SECONDS", min=0.001, help="The time limit.")
TimeLimit: TypeAlias = Annotated[float, _SECONDS]
AnyTimeLimit: TypeAlias = Annotated[float | None, _SECONDS]
Verbose: TypeAlias = Annotated[
    bool, typer.Option("--verbose", help="Show on standard error what servers are asked.")
]
