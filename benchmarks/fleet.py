"""Many environments over the wire: how fast side by side, in how much memory, and broken ones.

    python -m benchmarks.fleet speed 24      # 1 and 8 at the same time, 100 ms latency, in turn
    python -m benchmarks.fleet memory 200    # 8 environments and so many, in turn
    python -m benchmarks.fleet broken 200    # five of them broken, each in another way

Each prints a line of JSON for each run: environments, those at the same time, seconds by the clock
and of processors, requests, peak memory of the program with its children, and how the run ended.
"""

import argparse
import contextlib
import json
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from benchmarks import session
from benchmarks.fleet_server import BROKEN
from benchmarks.running import compiled

MAILBOXES = 500
LATENCY_MS = 100
_TIMEOUT_S = 900


class Ran(msgspec.Struct):
    """What one run of several environments took."""

    environments: int
    jobs: int
    seconds: float
    processor_s: float
    requests: int
    peak_mib: float
    exit_code: int
    complete: int
    lines: list[str]


@contextlib.contextmanager
def fleet_server(environments: int, *, latency_ms: int = 0, broken: bool = False) -> Iterator[str]:
    """A server of so many environments within the block; gives the path of the configuration."""
    words = ["--environments", str(environments), "--mailboxes", str(MAILBOXES)]
    words += ["--latency-ms", str(latency_ms), *(["--broken"] if broken else [])]
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.fleet_server", *words], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def ran(configuration: str, names: list[str], jobs: int) -> Ran:
    """One run of the environments in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as directory:
        words = ["run", *names, "--config", configuration, "--jobs", str(jobs), "--no-history"]
        words += ["--report", f"json={directory}/{{environment}}.json"]
        words += ["--overview", f"json={directory}/all/overview.json", "--quiet"]
        (Path(directory) / "all").mkdir()
        words += ["--timeout", str(_TIMEOUT_S)]
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.fleet", "one", "0", *words],
            capture_output=True,
            text=True,
            check=True,
            env=compiled(),
        )
        seconds, processor_s, peak_mib, code = json.loads(done.stdout)
        complete = asked = 0
        for file in Path(directory).glob("*.json"):
            report = msgspec.json.decode(file.read_bytes())
            complete += report["complete"]
            asked += sum(each["requests"] for each in report["sources"])
        lines = done.stderr.splitlines()
        return Ran(
            len(names), jobs, seconds, processor_s, asked, peak_mib, int(code), complete, lines
        )


def _one(words: list[str]) -> None:
    """The program itself, and what it took."""
    from auditor.__main__ import main as auditor

    with _watching() as held:
        started = time.perf_counter()
        code = auditor(words)
        seconds = time.perf_counter() - started
    used = [resource.getrusage(of) for of in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    processor_s = sum(each.ru_utime + each.ru_stime for each in used)
    peak_mib = max(*held, session.peak_mib())
    sys.stdout.write(json.dumps([round(seconds, 1), round(processor_s, 1), peak_mib, code]))


@contextlib.contextmanager
def _watching() -> Iterator[list[float]]:
    """What this process and those that it started held together (MiB), now and then."""
    held = [0.0]
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.05):
            processes = {"self"}
            for children in Path("/proc/self/task").glob("*/children"):
                with contextlib.suppress(OSError):
                    processes.update(children.read_text().split())
            held.append(sum(map(_held_mib, processes)))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield held
    finally:
        over.set()
        watcher.join()


def _held_mib(process: str) -> float:
    try:
        pages = Path(f"/proc/{process}/statm").read_text().split()[1]
    except OSError:
        return 0.0
    return int(pages) * resource.getpagesize() / 2**20


def _told(found: Ran) -> Ran:
    sys.stdout.write(msgspec.json.encode(found).decode() + "\n")
    sys.stdout.flush()
    return found


def named(count: int) -> list[str]:
    """The names of so many environments."""
    return [f"e{number:04}" for number in range(count)]


def speed(environments: int, rounds: int) -> None:
    """All of them one after another, and eight at the same time."""
    with fleet_server(environments, latency_ms=LATENCY_MS) as configuration:
        ran(configuration, named(environments), 8)
        for _ in range(rounds):
            for jobs in (1, 8):
                _told(ran(configuration, named(environments), jobs))


def memory(environments: int, rounds: int) -> None:
    """Eight environments, and all of them."""
    with fleet_server(environments) as configuration:
        for _ in range(rounds):
            for count in (8, environments):
                _told(ran(configuration, named(count), 8))


def broken(environments: int, rounds: int) -> None:
    """All of them, of which the first five cannot be read completely."""
    with fleet_server(environments, broken=True) as configuration:
        for _ in range(rounds):
            _expect_told(_told(ran(configuration, named(environments), 8)))


def _expect_told(found: Ran) -> None:
    assert found.complete == found.environments - len(BROKEN), "every other report is complete"
    assert len(found.lines) == len(BROKEN), "a line for each that is not"
    assert found.exit_code in (3, 4)


def main() -> None:
    """Measure what the arguments name."""
    if sys.argv[1:2] == ["one"]:
        return _one(sys.argv[3:])
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fleet", description=__doc__)
    parser.add_argument("what", choices=("speed", "memory", "broken"))
    parser.add_argument("environments", type=int)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    {"speed": speed, "memory": memory, "broken": broken}[asked.what](
        asked.environments, asked.rounds
    )
    return None


if __name__ == "__main__":
    main()
