"""What a database does when it is shared, lost, locked, full, or its writer is killed.

A run is stored completely or not at all, and what keeps it out is told in words.
"""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from auditor.differences.values import Difference
from auditor.history import HistoryProblem, database, storing
from auditor.history.database import opened
from auditor.history.history import History, open_history
from tests.auditor import rows
from tests.auditor.history.conftest import Server
from tests.auditor.history.nights import Night

SICK = rows.tables([rows.mailbox("a"), rows.mailbox("b", emailrouteraccessapproval=0)])
WELL = rows.tables([rows.mailbox("a"), rows.mailbox("b")])


def stored_at_once(url: str, directory: Path, nights: list[Night]) -> list[Difference]:
    """What each run is told, stored by a thread of its own over connections of its own."""
    told: list[Difference] = []
    ready = threading.Barrier(len(nights))

    def store(night: Night) -> None:
        history = open_history(url, directory)
        ready.wait()
        told.append(night.stored(history))

    threads = [threading.Thread(target=store, args=(night,)) for night in nights]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return told


def test_environments_that_are_stored_at_once_all_are(url: str, tmp_path: Path) -> None:
    names = ["contoso", "fabrikam", "tailspin"]
    for number, outside in enumerate((SICK, WELL)):
        nights = [Night(number, outside, environment=name) for name in names]
        told = stored_at_once(url, tmp_path, nights)
        assert len(told) == len(names)
        assert {each.new.environment for each in told} == set(names)
        assert all(bool(each.of("fixed")) is bool(number) for each in told)
    history = open_history(url, tmp_path)
    for name in names:
        assert [each.id for each in history.runs(name)] == [f"{name}-0000", f"{name}-0001"]


def test_runs_of_one_environment_follow_one_another(url: str, tmp_path: Path) -> None:
    Night(0, SICK).stored(open_history(url, tmp_path))
    told = stored_at_once(url, tmp_path, [Night(1, WELL), Night(2, WELL)])
    assert sorted(len(each.of("fixed")) > 0 for each in told) == [False, True]
    assert len(open_history(url, tmp_path).runs()) == 3


def test_a_server_that_stops_while_a_run_is_stored(
    postgresql: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = open_history(postgresql.database(), tmp_path)
    Night(0, SICK).stored(history)
    store = storing.store_standings

    def stopped(*values: object) -> object:
        postgresql.stop()
        return store(*values)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(storing, "store_standings", stopped)
        with pytest.raises(HistoryProblem, match="the database refused"):
            Night(1, WELL).stored(history)
    with pytest.raises(HistoryProblem, match="the database refused"):
        Night(1, WELL).stored(history)
    postgresql.start()
    assert len(history.runs()) == 1, "no half run"
    assert Night(1, WELL).stored(history).of("fixed")


def test_a_database_that_another_program_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "WAIT_S", 0.05)
    history = open_history("sqlite:///history.db", tmp_path)
    Night(0, SICK).stored(history)
    with sa.create_engine(
        f"sqlite:///{tmp_path}/history.db", poolclass=sa.NullPool
    ).connect() as other:
        other.exec_driver_sql("BEGIN IMMEDIATE")
        with pytest.raises(HistoryProblem, match="another program holds the database"):
            Night(1, WELL).stored(history)
        assert len(history.runs()) == 1, "it can still be read"
    assert Night(1, WELL).stored(history).of("fixed")


def full(history: History) -> None:
    """From now on the file may not grow by more than a page, as on a disk without space."""

    def limit(connection: object, record: object) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()  # type: ignore[attr-defined]
        connection.execute(f"PRAGMA max_page_count = {pages + 1}")  # type: ignore[attr-defined]

    sa.event.listen(history._engine, "connect", limit)


def test_a_disk_without_space(tmp_path: Path) -> None:
    small = open_history("sqlite:///history.db", tmp_path)
    Night(0, WELL).stored(small)
    full(small)
    many = rows.tables([rows.mailbox(f"m{n}", emailrouteraccessapproval=0) for n in range(300)])
    with pytest.raises(HistoryProblem, match="there is no space left"):
        Night(1, many).stored(small)
    history = open_history("sqlite:///history.db", tmp_path)
    assert len(history.runs()) == 1, "no half run"
    assert Night(1, many).stored(history).of("new")


KILLED_WHILE_STORING = """
import os, signal, sys
from pathlib import Path
import sqlalchemy as sa
from auditor.history.history import open_history
from tests.auditor.history.nights import Night
from tests.auditor.history.test_database import SICK, WELL

place = Path(sys.argv[1])

def child(number, statements):
    left = [statements]
    def count(*_):
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
    history = open_history("sqlite:///history.db", place)
    sa.event.listen(history._engine, "before_cursor_execute", count)
    sa.event.listen(history._engine, "commit", count)
    Night(number, (SICK, WELL)[number % 2]).stored(history)
    os._exit(0)

killed = number = 0
for statements in range(1, 21, 2):
    pid = os.fork()
    if not pid:
        child(number, statements)
    ended = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    killed += ended == -signal.SIGKILL
    history = open_history("sqlite:///history.db", place)
    told = Night(number, (SICK, WELL)[number % 2]).stored(history) if ended else None
    if told is not None and number:
        assert bool(told.of("fixed")) is bool(number % 2), (number, statements)
        assert bool(told.of("reopened")) is not bool(number % 2), (number, statements)
    number += 1
    assert len(history.runs()) == number, (number, statements)
print(killed)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no fork")
def test_a_writer_that_is_killed_leaves_no_half_run(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", KILLED_WHILE_STORING, str(tmp_path)],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.returncode == 0, run.stderr
    assert int(run.stdout) == 10, "each was killed before its end"


def test_an_address_without_a_file_is_a_history_in_memory(tmp_path: Path) -> None:
    for url in ("sqlite://", "sqlite:///:memory:"):
        assert opened(url, tmp_path).url.database in (None, ":memory:")
    assert list(tmp_path.iterdir()) == []
    opened("sqlite:///a/history.db", tmp_path)
    assert (tmp_path / "a" / "history.db").exists()


def test_a_server_is_waited_for_so_long_and_no_longer(tmp_path: Path) -> None:
    engine = opened("postgresql://auditor@/history", tmp_path)
    assert engine.url.drivername == "postgresql+psycopg"
    assert sa.event.contains(engine, "connect", database._limit_waiting)


def test_a_server_that_goes_away_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[dict[str, object]] = []
    create = sa.create_engine
    monkeypatch.setattr(
        sa, "create_engine", lambda *of, **how: made.append(how) or create(*of, **how)
    )
    opened("postgresql://auditor@/history", tmp_path)
    assert made[0]["connect_args"] == database._PATIENCE != {}
