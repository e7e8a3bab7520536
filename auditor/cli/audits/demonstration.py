"""Starts the simulated tenant as a process of its own and audits it like any other."""

import contextlib
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec

from auditor.cli.audits.auditing import perform
from auditor.cli.audits.tasks import Task, live_tasks
from auditor.cli.loading import load_configuration
from auditor.cli.options import Options
from auditor.cli.report_files.report_paths import RunOf, check_paths, file_for
from auditor.cli.report_files.targets import targets_of
from auditor.cli.terminal.output import show
from auditor.configuration import Configuration, select
from auditor.exit_codes import MISUSED
from auditor.process.files import explain
from auditor.process.limits import too_few_files, too_little_memory
from auditor.process.program import program
from auditor.usage import UsageProblem

START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 10.0
_SECONDS_A_MAILBOX = 0.001


class TenantNotUp(Exception):
    """The simulated tenant did not come up; a defect, since nothing of the user's is in play."""


def demonstrate(given: Options, scale: int, snapshot: str | None) -> int:
    """Audit the simulated tenant and give the exit code."""
    if refusal := too_few_files() or too_little_memory():
        raise UsageProblem(refusal)
    lent = None if given.config is None else load_configuration(given.config)
    targets = targets_of(given.reports, ["contoso"])
    if snapshot is not None:
        files = [target.path for target in targets if target.path is not None]
        check_paths([*files, snapshot], ["contoso"])
    with tenant(scale) as path:
        configuration = _with_judging_of(lent, load_configuration(path))
        (task,) = live_tasks(configuration, select(configuration), given, snapshot)
        # The tenant is gone by the time somebody asks.
        again = None if snapshot is None else ("--snapshot", _stored(snapshot, task))
        code = perform([msgspec.structs.replace(task, again=again)], targets, given, "demo")
    if given.reports == () and not given.quiet:
        show(_next_lines())
    return code


def _next_lines() -> tuple[str, ...]:
    name = program()
    return (
        "",
        "Next:",
        f"  {name} demo --report html=demo.html",
        "    writes the same as a page for the browser.",
        f"  {name} demo --serve",
        "    keeps the organisation up, for every other command.",
        f"  {name} init",
        "    writes a first configuration for your own organisation.",
    )


def _stored(snapshot: str, task: Task) -> str:
    of = task.request
    return str(file_for(snapshot, RunOf(of.environment, of.started_at, of.run_id)))


def _with_judging_of(lent: Configuration | None, demo: Configuration) -> Configuration:
    if lent is None:
        return demo
    return msgspec.structs.replace(demo, thresholds=lent.thresholds, waivers=lent.waivers)


@contextlib.contextmanager
def tenant(scale: int) -> Iterator[Path]:
    """The configuration of a simulated tenant that is up within the block."""
    with _private_directory() as private:
        path = private / "demo.toml"
        words = ["demo", "--serve", "--scale", str(scale), "--write-config", str(path)]
        server = subprocess.Popen(
            [sys.executable, "-m", "auditor", *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            _wait_until_up(server, START_TIMEOUT_S + scale * _SECONDS_A_MAILBOX)
            yield path
        finally:
            _stop(server)


@contextlib.contextmanager
def _private_directory() -> Iterator[Path]:
    try:
        made = tempfile.TemporaryDirectory(prefix="auditor-demo-", ignore_cleanup_errors=True)
    except OSError as refusal:
        raise UsageProblem(
            "the simulated tenant needs a directory for temporary files, and none could be made: "
            f"{explain(refusal)}; the variable TMPDIR names another"
        ) from refusal
    with made as path:
        yield Path(path)


def _wait_until_up(server: "subprocess.Popen[str]", timeout_s: float) -> None:
    assert server.stdout is not None
    assert server.stderr is not None
    output, errors = server.stdout, server.stderr
    lines: queue.Queue[str] = queue.Queue()
    threading.Thread(target=lambda: lines.put(output.readline()), daemon=True).start()
    # Shown where it cannot start alone: a command that is stopped says so once.
    said: queue.Queue[str] = queue.Queue()
    threading.Thread(target=lambda: said.put(errors.read()), daemon=True).start()
    try:
        line = lines.get(timeout=timeout_s)
    except queue.Empty:
        raise TenantNotUp(f"no answer within {timeout_s:.0f} s") from None
    if not line.strip():
        code = server.wait(STOP_TIMEOUT_S)
        sys.stderr.write(said.get(timeout=STOP_TIMEOUT_S))
        if code == MISUSED:
            raise UsageProblem("the simulated tenant could not start, for the reason given above")
        raise TenantNotUp(f"it ended with exit code {code}")


def _stop(server: "subprocess.Popen[str]") -> None:
    server.terminate()
    try:
        server.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
    finally:
        for stream in (server.stdout, server.stderr):
            if stream is not None:
                stream.close()
