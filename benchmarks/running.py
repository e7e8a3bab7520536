"""Runs contenders side by side: one server, one process each, in turn, several rounds."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from statistics import median

import msgspec
import requests

from benchmarks.contender import Result
from benchmarks.population import PROFILES
from benchmarks.server import LATENCY, Server
from benchmarks.told import Told

CONTENDER_TIMEOUT_S = 7200.0


class Figures(Told):
    """What several rounds of one contender came to."""

    name: str
    rounds: int
    least_s: float
    median_s: float
    rows: int
    peak_mib: float

    @property
    def rows_a_second(self) -> float:
        """The speed of the fastest round."""
        return self.rows / self.least_s


Tables = dict[str, dict[str, Figures]]
"""Contenders by their names, by the name of each table of a part."""


@contextlib.contextmanager
def page_server(
    mailboxes: int, configurations: int = 200, accounts: int = 0, profiles: int = PROFILES
) -> Iterator[Server]:
    """A page server that is up within the block."""
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "benchmarks.page_server"),
            *("--mailboxes", str(mailboxes), "--configurations", str(configurations)),
            *("--accounts", str(accounts), "--profiles", str(profiles)),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        if not line:
            raise SystemExit("the page server did not start")
        yield msgspec.json.decode(line, type=Server)
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def set_latency(server: Server, milliseconds: int) -> None:
    """Hold every further answer of the Web API back for so long."""
    answer = requests.get(
        f"{server.url}{LATENCY}{milliseconds}", verify=server.ca_bundle, timeout=30
    )
    answer.raise_for_status()


def compiled() -> dict[str, str]:
    """Variables under which imports take what they take of an installed program: compiled once."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def run_once(name: str, server: Server, tables: str = "mailboxes", number: int = 0) -> Result:
    """One run of one contender in a process of its own."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "benchmarks.contender", name),
            *(msgspec.json.encode(server).decode(), "--tables", tables, "--number", str(number)),
        ],
        env=compiled(),
        stdout=subprocess.PIPE,
        timeout=CONTENDER_TIMEOUT_S,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"the contender {name} ended with exit code {done.returncode}")
    return msgspec.json.decode(done.stdout.splitlines()[-1], type=Result)


def side_by_side(
    names: Sequence[str],
    server: Server,
    *,
    rounds: int,
    tables: str = "mailboxes",
    number: int = 0,
    filled_by: Sequence[str] = ("requests-json",),
) -> dict[str, Figures]:
    """Every contender in turn, as many rounds as asked, after runs that fill the server."""
    for name in filled_by:
        run_once(name, server, tables)
    results: dict[str, list[Result]] = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            results[name].append(run_once(name, server, tables, number))
    rows = max((result.rows for each in results.values() for result in each), default=0)
    return {name: figures(each, rows) for name, each in results.items()}


def figures(results: Sequence[Result], rows: int) -> Figures:
    """The least and median time, and the most memory, of several rounds."""
    seconds = [each.seconds for each in results]
    quickest = min(results, key=lambda each: each.seconds)
    told = {name: getattr(quickest, name) for name in Told.__struct_fields__}
    told["processor_s"] = median(each.processor_s for each in results)
    return Figures(
        name=quickest.name,
        rounds=len(results),
        least_s=min(seconds),
        median_s=median(seconds),
        rows=quickest.rows if quickest.rows > 0 else rows,
        peak_mib=max(each.peak_mib for each in results),
        **told,
    )
