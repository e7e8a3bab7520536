"""Does many audits at the same time, in threads: an audit mostly waits for servers."""

import contextlib
import math
import os
import queue
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct, field

from auditor.cli.terminal.messages import log_line
from auditor.exit_codes import DEFECT

_SLICE_S = 0.2
_TIDYING_S = 20.0
_MOST_NAMED = 3
_LEAST_TURN_S = 5.0
_MOST_BESIDE = 3
"""So many times the number asked for may go on beside those that have had their turn."""


class Job(Struct, frozen=True):
    """One thing to do: what people call it, and what gives its exit code.

    None: it was given up, for the program is to stop.
    """

    name: str
    do: Callable[[], int | None]


class Progress(Struct):
    """Which jobs wait, run since when, and have ended with which code. Changed under `lock`."""

    waiting: int
    running: dict[str, float] = field(default_factory=dict)
    ended: dict[str, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def line(self) -> str:
        """What a person at a terminal sees."""
        with self.lock:
            running, ended = list(self.running), dict(self.ended)
            waiting = self.waiting
        named = ", ".join(running[:_MOST_NAMED])
        more = f" and {len(running) - _MOST_NAMED} more" if len(running) > _MOST_NAMED else ""
        failed = sum(code > 1 for code in ended.values())
        told = f", {failed} not complete" if failed else ""
        return f"{named}{more}: {len(ended)} done{told}, {waiting} to come"


class _Turns(Struct, frozen=True):
    """How many go on together: so many, and one for each that has had its turn until `ends_at`.

    A turn is what remains of the time limit, shared by all that wait. So those that hang take the
    time of nobody, and those that are slow may end all the same.
    """

    side_by_side: int
    ends_at: float | None

    def at_once(self, progress: Progress, now: float) -> int:
        """How many; asked under the lock of `progress`."""
        if self.ends_at is None or not progress.waiting:
            return self.side_by_side
        share_s = (self.ends_at - now) / math.ceil(progress.waiting / self.side_by_side)
        turn_s = max(_LEAST_TURN_S, share_s)
        over = sum(now - since > turn_s for since in progress.running.values())
        return self.side_by_side + min(over, _MOST_BESIDE * self.side_by_side)


def usual_jobs() -> int:
    """How many audits this computer does well side by side: they wait more than they work."""
    return min(8, 4 * (os.cpu_count() or 1))


def all_done(
    jobs: Sequence[Job], side_by_side: int, *, quiet: bool, ends_at: float | None = None
) -> list[int]:
    """Does every job, so many at the same time, and gives their exit codes in the jobs' order.

    A job must not raise. One that has had its share of the time until `ends_at`, a moment of the
    monotonic clock, goes on, and another one is begun beside it. Where the program is told to stop,
    what was begun is given the time to undo what is half done; a line says how many had ended.
    """
    progress = Progress(waiting=len(jobs))
    # A job that ended in no code of its own ended in a defect.
    codes = [DEFECT] * len(jobs)
    to_do: queue.SimpleQueue[tuple[int, Job]] = queue.SimpleQueue()
    for each in enumerate(jobs):
        to_do.put(each)
    over = threading.Event()
    turns = _Turns(side_by_side, ends_at)
    # An exception that interrupts Thread.join makes Python 3.11 take the thread for ended.
    ends: list[threading.Event] = []

    def begin() -> None:
        ends.append(threading.Event())
        name = f"audit-{len(ends) - 1}"
        threading.Thread(target=work, args=(ends[-1],), daemon=True, name=name).start()

    def work(end: threading.Event) -> None:
        try:
            take_jobs()
        finally:
            end.set()

    def take_jobs() -> None:
        while not over.is_set():
            with progress.lock:
                if len(progress.running) >= turns.at_once(progress, time.monotonic()):
                    return
                try:
                    number, job = to_do.get_nowait()
                except queue.Empty:
                    return
                progress.waiting -= 1
                progress.running[job.name] = time.monotonic()
            code = job.do()
            with progress.lock:
                del progress.running[job.name]
                if code is not None:
                    progress.ended[job.name] = codes[number] = code

    for _ in range(min(side_by_side, len(jobs))):
        begin()
    try:
        with _shown(progress, quiet=quiet) as refresh:
            for end in ends:
                # Some systems let no interruption through a wait, so it is taken in slices.
                while not end.wait(_SLICE_S):
                    refresh()
                    with progress.lock:
                        going = sum(not each.is_set() for each in ends)
                        beside = turns.at_once(progress, time.monotonic()) - going
                    for _ in range(min(beside, progress.waiting)):
                        begin()
    except BaseException:
        over.set()
        ends_at = time.monotonic() + _TIDYING_S
        for end in ends:
            end.wait(max(0.0, ends_at - time.monotonic()))
        log_line(f"stopped: {len(progress.ended)} of {len(jobs)} audits had ended")
        raise
    return codes


@contextlib.contextmanager
def _shown(progress: Progress, *, quiet: bool) -> Iterator[Callable[[], None]]:
    if quiet or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console

    with Console(stderr=True, markup=False, highlight=False).status("…") as status:
        yield lambda: status.update(progress.line())
