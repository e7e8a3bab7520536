"""How much of its time an audit spends judging, told by the audit itself while it runs."""

import contextlib
import time
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, NamedTuple

from auditor.findings.findings import Findings
from auditor.judging.kept_rows import FindingRows
from rules.judge import Judge


class Stopwatch:
    """Adds up the seconds that pass within what it watches."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def calls(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, watched."""

        @wraps(function)
        def watched(*given: Any, **named: Any) -> Any:
            started = time.perf_counter()
            try:
                return function(*given, **named)
            finally:
                self.seconds += time.perf_counter() - started

        return watched

    def steps(self, function: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
        """The function, of which each step of what it iterates over is watched."""

        @wraps(function)
        def watched(*given: Any) -> Iterator[Any]:
            following = self.calls(function(*given).__next__)
            with contextlib.suppress(StopIteration):
                while True:
                    yield following()

        return watched


class Judging(NamedTuple):
    """What an audit does to judge; rows are kept while pages come, like all that is counted."""

    asking_rules: Stopwatch
    making_findings: Stopwatch
    keeping_rows: Stopwatch


@contextlib.contextmanager
def watching_judging() -> Iterator[Judging]:
    """Rules that are asked, findings that are made, and rows kept for them, within the block."""
    judging = Judging(*(Stopwatch() for _ in Judging._fields))
    watched: tuple[tuple[type, str, Callable[..., Any]], ...] = (
        (Judge, "judge", judging.asking_rules.calls),
        (Findings, "__iter__", judging.making_findings.steps),
        (FindingRows, "add", judging.keeping_rows.calls),
    )
    own = [(kind, name, getattr(kind, name)) for kind, name, _ in watched]
    for kind, name, watch in watched:
        setattr(kind, name, watch(getattr(kind, name)))
    try:
        yield judging
    finally:
        for kind, name, function in own:
            setattr(kind, name, function)
