"""Whole commands as people start them: in turn, each a process of its own, its imports counted."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import requests

from benchmarks import fleet, population
from benchmarks.contender import Result
from benchmarks.running import Figures, Tables, compiled, figures, page_server
from benchmarks.server import ASKED, Server
from benchmarks.session import processor_s
from benchmarks.sizes import Size

_AUDITOR = ["-m", "auditor"]
_LARGE = ("json", "csv", "worklist")


def start_up(size: Size) -> Tables:
    """Commands that need no server, beside importing what they are made with."""
    commands = {
        "import typer": ["-c", "import typer"],
        "--version": [*_AUDITOR, "--version"],
        "--help": [*_AUDITOR, "--help"],
        "rules": [*_AUDITOR, "rules"],
        "explain": [*_AUDITOR, "explain", "mailbox-not-approved"],
        "matrix": [*_AUDITOR, "matrix"],
    }
    return {"start": _in_turn(commands, 2 * size.rounds)}


def snapshot(size: Size) -> Tables:
    """Reading again, the replay of what was read, and `why` of one mailbox, live and replayed."""
    with (
        page_server(size.snapshot) as server,
        tempfile.TemporaryDirectory(prefix="benchmark-") as directory,
    ):
        kept = str(Path(directory) / "audit.snapshot")
        report = ["--report", "json", "--quiet", "--fail-on", "never", "--allow-incomplete"]
        audit = ["run", "--config", server.configuration, "--no-history", "--no-notify", *report]
        # This run fills the server, too.
        _done([*_AUDITOR, *audit, "--snapshot", kept])
        middle = population.identity(population.MAILBOXES, size.snapshot // 2)
        why = ["why", f"mailbox:{middle}", "--format", "json"]
        commands = {
            "audit": [*_AUDITOR, *audit],
            "replay": [*_AUDITOR, "replay", kept, *report],
            "why on the snapshot": [*_AUDITOR, *why, "--snapshot", kept],
            "why": [*_AUDITOR, *why, "--config", server.configuration],
        }
        found = _in_turn(commands, size.rounds, lambda: _asked(server))
    return {f"{size.snapshot:,} mailboxes": found}


def failing(size: Size) -> Tables:
    """Reports of mailboxes that all fail, with the audit of them: what grows with all there is."""
    tables: Tables = {}
    for mailboxes in size.failing:
        row: dict[str, Figures] = {}
        for name in _LARGE:
            (told,) = _told([sys.executable, "-m", "benchmarks.failing", name, str(mailboxes)])
            took_s = told["audit_s"] + told["report_s"]
            row[name] = figures([Result(name, took_s, mailboxes, told["peak_mib"])], 0)
        tables[f"{mailboxes:,} mailboxes that fail"] = row
    return tables


def environments(size: Size) -> Tables:
    """Few environments and many, one after another and eight at the same time, without latency."""
    fewest, most = size.environments
    tables: Tables = {}
    with fleet.fleet_server(most) as configuration:
        for number, jobs in ((fewest, 1), (most, 1), (most, 8)):
            ran = fleet.ran(configuration, fleet.named(number), jobs)
            if ran.complete != number:
                raise SystemExit(f"{ran.complete} of {number} environments were read")
            result = Result("run", ran.seconds, 0, ran.peak_mib, processor_s=ran.processor_s)
            tables[f"{number} environments, {jobs} at a time"] = {"run": figures([result], 0)}
    return tables


def questions(size: Size) -> Tables:
    """Many small questions to servers that take their time."""
    del size
    tables: Tables = {}
    for told in _told([sys.executable, "-m", "benchmarks.many_questions"]):
        took = Result("asked", told["seconds"], told["answered"], 0.0)
        took.processor_s = told["processor_s"]
        tables[told["name"]] = {"asked": figures([took], 0)}
    return tables


def _in_turn(
    commands: Mapping[str, Sequence[str]], rounds: int, asked: Callable[[], int] = lambda: 0
) -> dict[str, Figures]:
    """Each command so many times, after one run of each that does not count."""
    results: dict[str, list[Result]] = {name: [] for name in commands}
    for _ in range(rounds + 1):
        for name, words in commands.items():
            before = asked()
            result = _done(words)
            result.name, result.requests = name, asked() - before
            results[name].append(result)
    return {name: figures(each[1:], 0) for name, each in results.items()}


def _done(words: Sequence[str]) -> Result:
    """One run of one command, whose exit code tells no error."""
    started, before_s = time.perf_counter(), processor_s()
    # Without a time limit: waiting with one looks only every 50 ms whether it is over.
    done = subprocess.run(
        [sys.executable, *words], stdout=subprocess.DEVNULL, env=compiled(), check=False
    )
    took_s, used_s = time.perf_counter() - started, processor_s() - before_s
    # `matrix` tells so that something is not supported, and `why` that something fails.
    if done.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(words)} ended with exit code {done.returncode}")
    return Result("", took_s, 0, 0.0, processor_s=used_s)


def _told(command: Sequence[str]) -> list[Any]:
    """The lines of JSON that one of these programs prints."""
    done = subprocess.run(command, stdout=subprocess.PIPE, env=compiled(), check=True)
    return [msgspec.json.decode(line) for line in done.stdout.splitlines()]


def _asked(server: Server) -> int:
    """How many requests the server was sent until now."""
    return int(requests.get(f"{server.url}{ASKED}", verify=server.ca_bundle, timeout=30).text)
