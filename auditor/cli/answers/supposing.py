"""What `auditor what-if` asks and shows."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from auditor.cli.answers.planning import Source
from auditor.cli.terminal.output import while_somebody_reads
from auditor.plan.asked import Asked, profile_names
from auditor.plan.what_if import what_if
from auditor.reports.differences import write
from auditor.running import Judging, now
from auditor.usage import UsageProblem


def supposed(
    environment: str | None,
    snapshot: Path | None,
    config: Path | None,
    *,
    sets: Sequence[str],
    moves: Sequence[str],
    today: Judging,
    later: Judging,
    timeout_s: float | None,
    format: Literal["terminal", "json", "markdown"],
) -> int:
    """Writes the difference and gives the exit code. Raises `UsageProblem`."""
    is_other_day = later.as_of is not None
    if not sets and not moves and not is_other_day:
        raise UsageProblem("give what is to change: --set, --move or --as-of")
    asked = Asked(sets, moves)
    source = Source(environment, snapshot, config, timeout_s)
    with source.opened(today) as stored:
        edits = asked.edits(profile_names(stored.snapshot))
        request = source.again(stored, later)
        difference = what_if(stored.request, request, stored.snapshot, edits, now)
    with while_somebody_reads():
        sys.stdout.flush()
        write(difference, format, sys.stdout.buffer)
        sys.stdout.buffer.flush()
    return 1 if difference.new_failures else 0
