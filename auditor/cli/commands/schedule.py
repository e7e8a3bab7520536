"""`auditor schedule`: a ready recipe that audits every day."""

from pathlib import Path
from typing import Annotated, Literal

import typer

Kind = Literal[
    "systemd",
    "cron",
    "windows",
    "kubernetes",
    "kubernetes-fleet",
    "github-actions",
    "gitlab",
    "azure-devops",
    "azure-container-apps",
]


def command(
    kind: Annotated[Kind, typer.Argument(metavar="KIND", help="What runs the job.")],
    environment: Annotated[
        list[str] | None,
        typer.Argument(metavar="ENVIRONMENT", help="Which to audit. Default: all."),
    ] = None,
    config: Annotated[
        Path | None, typer.Option(metavar="PATH", help="The configuration to run with.")
    ] = None,
) -> None:
    """Print a recipe and its next steps. Nothing is installed."""
    import shutil
    import sys

    from auditor.cli.loading import load_configuration
    from auditor.cli.terminal.output import show_bytes
    from auditor.configuration import select
    from auditor.schedule import RECIPES, job_of

    configuration = load_configuration(config)
    chosen = select(configuration, environment or (), every=not environment)
    beside = shutil.which("auditor", path=str(Path(sys.executable).parent))
    program = Path(beside or shutil.which("auditor") or "/usr/local/bin/auditor")
    show_bytes(RECIPES[kind](job_of(configuration, chosen, program.absolute())).encode())
