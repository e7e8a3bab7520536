"""Does many audits at the same time, in threads: an audit mostly waits for servers."""

import contextlib
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


class Job(Struct, frozen=True):
    """One thing to do: what people call it, and what gives its exit code.

    None: it was given up, for the program is to stop.
    """

    name: str
    do: Callable[[], int | None]


class Progress(Struct):
    """Which jobs wait, run and have ended, with their exit codes. Changed under `lock`."""

    waiting: int
    running: list[str] = field(default_factory=list)
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


def usual_jobs() -> int:
    """How many audits this computer does well side by side: they wait more than they work."""
    return min(8, 4 * (os.cpu_count() or 1))


def all_done(jobs: Sequence[Job], side_by_side: int, *, quiet: bool) -> list[int]:
    """Does every job, so many at the same time, and gives their exit codes in the jobs' order.

    A job must not raise. Where the program is told to stop, what was begun is given the time to
    undo what is half done; a line says how many had ended.
    """
    progress = Progress(waiting=len(jobs))
    # A job that ended in no code of its own ended in a defect.
    codes = [DEFECT] * len(jobs)
    to_do: queue.SimpleQueue[tuple[int, Job]] = queue.SimpleQueue()
    for each in enumerate(jobs):
        to_do.put(each)
    over = threading.Event()
    # An exception that interrupts Thread.join makes Python 3.11 take the thread for ended.
    ends = [threading.Event() for _ in range(min(side_by_side, len(jobs)))]

    def work(end: threading.Event) -> None:
        try:
            take_jobs()
        finally:
            end.set()

    def take_jobs() -> None:
        while not over.is_set():
            try:
                number, job = to_do.get_nowait()
            except queue.Empty:
                return
            with progress.lock:
                progress.waiting -= 1
                progress.running.append(job.name)
            code = job.do()
            with progress.lock:
                progress.running.remove(job.name)
                if code is not None:
                    progress.ended[job.name] = codes[number] = code

    for number, end in enumerate(ends):
        threading.Thread(target=work, args=(end,), daemon=True, name=f"audit-{number}").start()
    try:
        with _shown(progress, quiet=quiet) as refresh:
            for end in ends:
                # Some systems let no interruption through a wait, so it is taken in slices.
                while not end.wait(_SLICE_S):
                    refresh()
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
