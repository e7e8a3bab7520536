"""`auditor verify`: proves a snapshot untouched."""

from pathlib import Path
from typing import Annotated

import typer


def command(
    snapshot: Annotated[Path, typer.Argument(metavar="SNAPSHOT", help="The snapshot to prove.")],
) -> None:
    """Prove that a snapshot is as it was written. Exit 1 where it is not."""
    from auditor.cli.terminal.output import show
    from auditor.snapshots import is_snapshot, verify
    from auditor.usage import UsageProblem
    from rules.counting import counted

    if not snapshot.is_file():
        what = "this is not a file" if snapshot.exists() else "there is no such file"
        raise UsageProblem(f"{snapshot}: {what}; name a snapshot")
    if not is_snapshot(snapshot):
        raise UsageProblem(
            f"{snapshot}: this is no snapshot; name a file that `auditor run --snapshot` wrote"
        )
    proof = verify(snapshot)
    if not proof.untouched:
        where = "" if proof.offset is None else f" (at byte {proof.offset:,})"
        show([f"{snapshot}: changed or damaged{where}. {proof.problem}"])
        raise typer.Exit(1)
    show(
        [
            f"{snapshot}: untouched, {proof.size_bytes:,} bytes",
            f"environment {proof.environment}, read at {proof.started_at}",
            f"{counted(proof.records, 'record', 'records')} in"
            f" {counted(proof.pages, 'page', 'pages')} of"
            f" {counted(proof.sources, 'source', 'sources')}",
            f"seal {proof.seal}",
        ]
    )
