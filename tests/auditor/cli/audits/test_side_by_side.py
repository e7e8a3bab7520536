"""Many jobs at the same time: bounded, in their order, and undone in order when stopped."""

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest

from auditor.cli.audits import side_by_side as module
from auditor.cli.audits.side_by_side import Job, Progress, all_done, usual_jobs
from tests.waiting import PATIENCE_S


def test_exit_codes_come_in_the_order_of_the_jobs() -> None:
    later = threading.Event()

    def first() -> int:
        assert later.wait(PATIENCE_S)
        return 3

    def second() -> int:
        later.set()
        return 1

    assert all_done([Job("a", first), Job("b", second)], 2, quiet=True) == [3, 1]


def test_no_more_than_asked_for_go_on_together() -> None:
    lock = threading.Lock()
    now, most = 0, 0

    def do() -> int:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        with lock:
            now -= 1
        return 0

    assert all_done([Job(str(each), do) for each in range(50)], 3, quiet=True) == [0] * 50
    assert most <= 3


def test_a_stop_lets_what_was_begun_end_and_begins_nothing_more(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []
    undone: list[str] = []
    stopped = threading.Event()

    def job(name: str) -> Job:
        def do() -> int | None:
            begun.append(name)
            assert stopped.wait(PATIENCE_S)
            undone.append(name)
            return 3 if len(undone) == 1 else None

        return Job(name, do)

    def interrupted(*_: object) -> None:
        if len(begun) == 2:
            stopped.set()
            raise KeyboardInterrupt

    monkeypatch.setattr(
        "auditor.cli.audits.side_by_side._shown", lambda *_, **__: _Refreshing(interrupted)
    )
    with pytest.raises(KeyboardInterrupt):
        all_done([job(str(each)) for each in range(5)], 2, quiet=True)
    assert sorted(undone) == sorted(begun)
    assert len(begun) == 2
    # What was given up had not ended.
    assert "stopped: 1 of 5 audits had ended" in capsys.readouterr().err


class _Refreshing:
    def __init__(self, refresh: object) -> None:
        self._refresh = refresh

    def __enter__(self) -> object:
        return self._refresh

    def __exit__(self, *_: object) -> None:
        return None


def test_a_person_sees_what_runs_what_waits_and_what_failed() -> None:
    progress = Progress(
        waiting=4, running=dict.fromkeys("abcd", 0.0), ended={"x": 0, "y": 1, "z": 3}
    )
    assert progress.line() == "a, b, c and 1 more: 3 done, 1 not complete, 4 to come"


def test_there_is_always_one_job() -> None:
    assert 1 <= usual_jobs() <= 8


@pytest.mark.parametrize(("processors", "jobs"), [(1, 4), (2, 8), (3, 8), (64, 8), (None, 4)])
def test_four_a_processor_and_eight_at_most_are_usual(
    monkeypatch: pytest.MonkeyPatch, processors: int | None, jobs: int
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: processors)
    assert usual_jobs() == jobs


def test_no_more_threads_are_begun_than_there_are_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[str] = []
    original = threading.Thread.start

    def start(thread: threading.Thread) -> None:
        begun.append(thread.name)
        original(thread)

    monkeypatch.setattr(threading.Thread, "start", start)
    jobs = [Job(name, lambda: 0) for name in "ab"]
    assert all_done(jobs, 5, quiet=True) == [0, 0]
    assert begun == ["audit-0", "audit-1"]


@pytest.mark.parametrize(
    ("quiet", "is_terminal", "is_shown"),
    [(False, True, True), (True, True, False), (False, False, False)],
)
def test_progress_is_for_somebody_at_a_terminal(
    monkeypatch: pytest.MonkeyPatch, quiet: bool, is_terminal: bool, is_shown: bool
) -> None:
    shown: list[str] = []

    class Console:
        def __init__(self, **given: object) -> None:
            pass

        @contextmanager
        def status(self, text: str) -> Iterator[None]:
            shown.append(text)
            yield

    monkeypatch.setattr("rich.console.Console", Console)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: is_terminal, raising=False)
    all_done([Job("a", lambda: 0)], 1, quiet=quiet)
    assert bool(shown) is is_shown


class TestTurns:
    @pytest.mark.parametrize(
        ("ends_at", "waiting", "since", "at_once"),
        [
            (None, 8, [0.0, 0.0], 2),
            # Eight wait for two at a time, so each has a quarter of what remains.
            (130.0, 8, [93.0, 92.6], 2),
            (130.0, 8, [92.6, 92.4], 3),
            (130.0, 8, [0.0, 0.0], 4),
            (130.0, 0, [0.0, 0.0], 2),
            # However little time remains, a turn is long enough to begin with.
            (101.0, 8, [95.5, 94.5], 3),
            (130.0, 8, [0.0] * 20, 8),
        ],
    )
    def test_one_goes_on_beside_each_that_has_had_its_turn(
        self, ends_at: float | None, waiting: int, since: list[float], at_once: int
    ) -> None:
        running = {str(number): each for number, each in enumerate(since)}
        turns = module._Turns(2, ends_at)
        assert turns.at_once(Progress(waiting=waiting, running=running), 100.0) == at_once

    def test_those_that_hang_take_the_time_of_nobody(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "_LEAST_TURN_S", 0.0)
        others = threading.Event()
        ended: list[str] = []

        def hang() -> int:
            assert others.wait(PATIENCE_S), "the others were begun beside"
            return 3

        def do(name: str) -> int:
            ended.append(name)
            if len(ended) == 6:
                others.set()
            return 0

        jobs = [Job("hangs-0", hang), Job("hangs-1", hang)]
        jobs += [Job(name, partial(do, name)) for name in "abcdef"]
        ends_at = time.monotonic() + 1.0
        assert all_done(jobs, 2, quiet=True, ends_at=ends_at) == [3, 3, 0, 0, 0, 0, 0, 0]
        assert sorted(ended) == list("abcdef")
