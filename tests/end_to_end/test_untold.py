"""What changed is told, whatever ends a run between its last read and its end, or keeps a message.

Runs are killed where they stand still: at a report into a pipe that nobody reads, and at a receiver
that does not answer.
"""

import json
import os
import resource
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from auditor.demo.faults import Fault, Faults
from auditor.demo.server import SimulatedTenant
from auditor.history import database
from tests.auditor.history.conftest import Server, postgresql  # noqa: F401
from tests.end_to_end.conftest import Call, call, finished, process
from tests.end_to_end.test_notifications import Webhook, notifying, webhook  # noqa: F401
from tests.ports import free_port
from tests.waiting import wait_until

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.skipif(os.name == "nt", reason="Windows has neither named pipes nor signals"),
]

RULE = ("--rule", "duplicate-address")
QUICK = (*RULE, "--report", "json=audit.json", "--report", "terminal")
WAIVER = """
[[waivers]]
rule = "duplicate-address"
reason = "CHG-1"
until = 2099-12-31
"""
CHANGED = "Waiver ended"


@pytest.fixture
def config(dynamics_toml: Path, tmp_path: Path, webhook: Webhook) -> Path:  # noqa: F811
    """A configuration with a receiver, of an environment whose waiver ended since the last run."""
    path = notifying(dynamics_toml, tmp_path, f"json://127.0.0.1:{webhook.server_port}/")
    waiver_ends(path, webhook)
    return path


def waiver_ends(config: Path, webhook: Webhook) -> None:  # noqa: F811
    """Make a run with the waiver, then take it away: the next run has something to tell."""
    now = config.read_text("utf-8")
    config.write_text(now + WAIVER, "utf-8")
    assert call("run", "--config", config, *QUICK).code == 0
    config.write_text(now, "utf-8")
    webhook.taken.clear()


def moved(config: Path, webhook: Webhook, postgresql: Server) -> None:  # noqa: F811
    """Keep the history in PostgreSQL from now on; the waiver ended there, too."""
    now = config.read_text("utf-8")
    config.write_text(f'{now}\n[history]\nurl = "{postgresql.database()}"\n', "utf-8")
    waiver_ends(config, webhook)


def report() -> dict[str, Any]:
    return dict(json.loads(Path("audit.json").read_text("utf-8")))


def stored(tmp_path: Path) -> int:
    with closing(sqlite3.connect(tmp_path / "data" / "auditor" / "history.db")) as database:
        return int(database.execute("SELECT count(*) FROM run").fetchone()[0])


def killed(running: "subprocess.Popen[str]") -> None:
    running.send_signal(signal.SIGKILL)
    finished(running)


def assert_told(run: Call, webhook: Webhook) -> None:  # noqa: F811
    assert run.code == 1
    assert CHANGED in run.out
    (message,) = webhook.taken
    assert CHANGED in message["message"]


def test_killed_before_its_report(config: Path, tmp_path: Path, webhook: Webhook) -> None:  # noqa: F811
    os.mkfifo("pipe")
    running = process("run", "--config", config, *RULE, "--report", "json=pipe")
    wait_until(lambda: stored(tmp_path) == 2)
    killed(running)
    assert webhook.taken == []
    again = call("run", "--config", config, *QUICK)
    assert_told(again, webhook)
    assert stored(tmp_path) == 2, "the run that nobody heard of is not there"
    assert "nothing changed" in call("run", "--config", config, *RULE).out


def test_killed_before_anybody_was_notified(
    config: Path,
    tmp_path: Path,
    webhook: Webhook,  # noqa: F811
) -> None:
    webhook.hangs.set()
    running = process("run", "--config", config, *RULE, "--report", "json=audit.json")
    wait_until(lambda: webhook.asked.is_set())
    killed(running)
    assert Path("audit.json").exists()
    webhook.hangs.clear()
    webhook.done.set()
    assert_told(call("run", "--config", config, *QUICK), webhook)


def test_what_stands_in_no_report_is_told_again(config: Path, webhook: Webhook) -> None:  # noqa: F811
    Path("file").touch()
    refused = call("run", "--config", config, *RULE, "--report", "json=file/{run}/audit.json")
    assert refused.code == 2
    assert len(webhook.taken) == 1
    webhook.taken.clear()
    assert_told(call("run", "--config", config, *QUICK), webhook)


def test_what_a_dead_receiver_missed_comes_with_the_next_run(
    config: Path,
    tmp_path: Path,
    webhook: Webhook,  # noqa: F811
) -> None:
    channel = tmp_path / "channel-0"
    alive = channel.read_text()
    channel.write_text(f"json://127.0.0.1:{free_port()}/")
    missed = call("run", "--config", config, *QUICK)
    assert missed.code == 1
    assert "nobody was notified" in missed.err
    channel.write_text(alive)
    assert "nothing changed" in call("run", "--config", config, *QUICK).out
    (message,) = webhook.taken
    assert message["title"] == "contoso: 1 message of earlier runs"
    assert CHANGED in message["message"]
    call("run", "--config", config, *QUICK)
    assert len(webhook.taken) == 1


def test_what_a_silent_run_found_is_sent_by_the_next(
    config: Path,
    webhook: Webhook,  # noqa: F811
) -> None:
    call("run", "--config", config, *QUICK, "--no-notify")
    assert webhook.taken == []
    call("run", "--config", config, *QUICK)
    (message,) = webhook.taken
    assert CHANGED in message["message"]


def test_a_database_that_goes_away_while_the_run_reads(
    config: Path,
    contoso_tenant: SimulatedTenant,
    faulty: Faults,
    webhook: Webhook,  # noqa: F811
    postgresql: Server,  # noqa: F811
) -> None:
    moved(config, webhook, postgresql)
    faulty.add(Fault("slow", path="*/mailboxes*", seconds=1))
    since = len(contoso_tenant.requests)
    running = process("run", "--config", config, *QUICK)
    wait_until(
        lambda: any(each.path.endswith("/mailboxes") for each in contoso_tenant.requests[since:])
    )
    postgresql.stop()
    try:
        run = finished(running)
    finally:
        postgresql.start()
    assert run.code == 1
    assert report()["complete"]
    assert "this run is not in the history" in run.err
    assert "This run is not in the history" in report()["notes"][-1]
    webhook.taken.clear()
    faulty.clear()
    assert_told(call("run", "--config", config, *QUICK), webhook)


def test_a_database_that_goes_away_while_people_are_told(
    config: Path,
    webhook: Webhook,  # noqa: F811
    postgresql: Server,  # noqa: F811
) -> None:
    moved(config, webhook, postgresql)
    webhook.meanwhile = postgresql.stop
    try:
        run = call("run", "--config", config, *QUICK)
    finally:
        webhook.meanwhile = lambda: None
        postgresql.start()
    assert_told(run, webhook)
    assert "the next one says the same again" in run.err
    webhook.taken.clear()
    assert_told(call("run", "--config", config, *QUICK), webhook)


def test_a_database_that_another_program_holds(
    config: Path,
    tmp_path: Path,
    webhook: Webhook,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(database, "WAIT_S", 0.05)
    with closing(sqlite3.connect(tmp_path / "data" / "auditor" / "history.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        assert call("run", "--config", config, *QUICK).code == 1
        assert "another program holds the database" in report()["notes"][-1]
    webhook.taken.clear()
    assert_told(call("run", "--config", config, *QUICK), webhook)


def test_a_disk_without_space_for_the_history(
    config: Path,
    dynamics_toml: Path,
    tmp_path: Path,
    webhook: Webhook,  # noqa: F811
) -> None:
    """No file may grow beyond the history as it is, and the run finds more than has room in it."""
    size = (tmp_path / "data" / "auditor" / "history.db").stat().st_size
    run = subprocess.run(
        [sys.executable, "-m", "auditor", "run", "--config", config, "--report", "json"],
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
    )
    report = json.loads(run.stdout)
    assert run.returncode == 1
    assert report["complete"]
    assert "this run is not in the history" in run.stderr
    assert "This run is not in the history" in report["notes"][-1]
    assert stored(tmp_path) == 1
    webhook.taken.clear()
    assert call("run", "--config", config, *QUICK).code == 1
    (message,) = webhook.taken
    assert CHANGED in message["message"]
