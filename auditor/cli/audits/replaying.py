"""Snapshots as audits to do.

Tested in `tests/end_to_end/test_replay.py`.
"""

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

from auditor.cli.audits.tasks import Task
from auditor.configuration import Configuration
from auditor.running import Judging, replayed
from auditor.snapshots import Snapshot, SnapshotError, open_snapshot
from auditor.usage import UsageProblem


def stored_tasks(
    paths: Sequence[Path], judging: Judging, lent: Configuration | None
) -> tuple[Task, ...]:
    """An audit for each snapshot. Raises `UsageProblem` where one cannot be used."""
    return tuple(_task(path, judging, lent) for path in paths)


def _task(path: Path, judging: Judging, lent: Configuration | None) -> Task:
    try:
        snapshot: Snapshot = open_snapshot(path)
    except SnapshotError as refusal:
        raise UsageProblem(str(refusal)) from refusal
    return Task(
        replayed(snapshot.header, judging, lent),
        lambda: nullcontext(snapshot),
        again=("--snapshot", str(path)),
    )
