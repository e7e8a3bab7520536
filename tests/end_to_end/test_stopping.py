"""Told to stop, the program stops at once and leaves nothing half-written."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from auditor.demo.faults import Fault, Faults
from auditor.demo.server import SimulatedTenant
from tests.end_to_end.conftest import call, finished, process
from tests.waiting import PATIENCE_S, wait_until

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows ends a process without a signal")


@pytest.mark.parametrize(
    ("number", "code", "words"),
    [(signal.SIGTERM, 143, "stopped by SIGTERM"), (signal.SIGINT, 130, "stopped by Ctrl+C")],
)
@pytest.mark.parametrize("path", ["*/queues*", "*/mailboxes*"])
def test_stopped_while_a_server_is_slow(
    contoso_toml: Path,
    contoso_tenant: SimulatedTenant,
    faulty: Faults,
    tmp_path: Path,
    number: signal.Signals,
    code: int,
    words: str,
    path: str,
) -> None:
    before = len(contoso_tenant.requests)
    faulty.add(Fault("slow", path=path, seconds=2 * PATIENCE_S))
    running = process(
        *("run", "--config", contoso_toml, "--report", "json=out.json", "--snapshot", "out.snap")
    )
    table = path.strip("*/")
    wait_until(lambda: any(table in each.path for each in contoso_tenant.requests[before:]))
    running.send_signal(number)
    ended = finished(running)
    assert ended.code == code
    assert ended.out == ""
    assert ended.err == f"auditor: {words}\n"
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == []


def test_demo_takes_its_tenant_along(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir()
    running = process("demo", env={**os.environ, "TMPDIR": str(private)})
    wait_until(lambda: list(private.glob("*/demo.toml")))
    running.send_signal(signal.SIGTERM)
    ended = finished(running)
    assert ended.code == 143
    assert list(private.iterdir()) == []


def test_nobody_reads_the_output(contoso_toml: Path) -> None:
    running = subprocess.Popen(
        [sys.executable, "-m", "auditor", "rules"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stdout is not None
    assert running.stderr is not None
    running.stdout.close()
    assert running.wait(PATIENCE_S) == 0
    assert running.stderr.read() == ""
    running.stderr.close()


def test_defect_is_reported_without_a_record(
    contoso_toml: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: object) -> None:
        record = "user@contoso.example"
        raise KeyError(record)

    monkeypatch.setattr("auditor.audit.conclude", break_down)
    run = call("run", "--config", contoso_toml)
    assert run.code == 70
    assert "Traceback" not in run.err
    (crash,) = (tmp_path / "state").rglob("auditor-crash-*.txt")
    assert str(crash) in run.err
    assert crash.stat().st_mode & 0o777 == 0o600
    text = crash.read_text("utf-8")
    assert "KeyError" in text
    assert "audit.py:" in text
    assert "contoso.example" not in text + run.err
