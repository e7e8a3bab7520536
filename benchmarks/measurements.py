"""What is measured, how large, and how often."""

import datetime as dt
import platform
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.audits import RULES
from benchmarks.readers import RANGES, sdk_is_installed
from benchmarks.running import Figures, page_server, set_latency, side_by_side
from benchmarks.server import Server
from benchmarks.session import processor_s

Tables = dict[str, dict[str, Figures]]


class Size(msgspec.Struct, frozen=True):
    """How much a run of the benchmark measures."""

    name: str
    rounds: int
    is_measured: bool
    """Whether the figures are to mean something."""
    reading: int
    waiting: int
    latencies_ms: tuple[int, ...]
    audit: int
    naive: int
    mailboxes: tuple[int, ...]
    configurations: tuple[int, ...]
    curve: int
    profiles: tuple[tuple[int, int], ...]
    of_profiles: int
    accounts: tuple[int, ...]
    judging: int
    judging_anew: int
    writing: int


WHOLE = Size(
    name="whole",
    rounds=3,
    is_measured=True,
    reading=200_000,
    waiting=200_000,
    latencies_ms=(150, 600),
    audit=1_000_000,
    naive=100_000,
    mailboxes=(1_000, 10_000, 100_000),
    configurations=(1, 20, 100, 200, 400),
    curve=100_000,
    profiles=(
        *((10, 200), (1_250, 200), (1_250, 2_000), (1_250, 16_400), (1_250, 20_000)),
        (5_000, 20_000),
    ),
    of_profiles=50_000,
    accounts=(0, 50_000, 200_000, 1_000_000),
    judging=300_000,
    judging_anew=50_000,
    writing=100_000,
)
SMALL = Size(
    name="small",
    rounds=1,
    is_measured=False,
    reading=5_000,
    waiting=1_000,
    latencies_ms=(20,),
    audit=5_000,
    naive=1_000,
    mailboxes=(1_000,),
    configurations=(20,),
    curve=1_000,
    profiles=((20, 100),),
    of_profiles=1_000,
    accounts=(1_000,),
    judging=2_000,
    judging_anew=1_000,
    writing=1_000,
)


class Measured(msgspec.Struct):
    """Everything that was measured: tables of contenders by part and row."""

    size: str
    taken_at: str
    machine: dict[str, str]
    sdk: bool
    parts: dict[str, Tables]


def machine() -> dict[str, str]:
    """What the figures depend on."""
    model = "unknown"
    described = Path("/proc/cpuinfo")
    if described.exists():
        named = [line for line in described.read_text().splitlines() if "model name" in line]
        model = named[0].partition(":")[2].strip() if named else model
    import os

    return {
        "processors": f"{os.cpu_count()} x {model}",
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def measure(
    size: Size, only: Collection[str] | None = None, known: dict[str, Tables] | None = None
) -> Iterator[Measured]:
    """Measure the parts asked for, all of them when None; yields what there is after each.

    `known` are parts that were measured before.
    """
    parts: dict[str, Tables] = dict(known or {})
    for name, part in PARTS.items():
        if not only or name in only:
            sys.stderr.write(f"measuring: {name}\n")
            parts[name] = part(size)
            taken_at = dt.datetime.now(dt.UTC).strftime("%Y-%m-%d")
            ordered = {each: parts[each] for each in PARTS if each in parts}
            yield Measured(size.name, taken_at, machine(), sdk_is_installed(), ordered)


def _beside(
    size: Size,
    names: Sequence[str],
    server: Server,
    *,
    rounds: int | None = None,
    filled_by: Sequence[str] = ("requests-json",),
    **options: Any,
) -> dict[str, Figures]:
    """Contenders in turn; a server whose figures are to mean something is filled before."""
    return side_by_side(
        names,
        server,
        rounds=rounds or size.rounds,
        filled_by=filled_by if size.is_measured else (),
        **options,
    )


def reading(size: Size) -> Tables:
    """The mailbox table on one cursor, without latency."""
    names = ["floor", "requests-json", "connector"] + ["sdk"] * sdk_is_installed()
    with page_server(size.reading) as server:
        return {
            f"{size.reading:,} rows": _beside(
                size,
                names,
                server,
            )
        }


def waiting(size: Size) -> Tables:
    """The mailbox table from a server that takes its time over each answer."""
    tables: Tables = {}
    with page_server(size.waiting) as server:
        for latency_ms in size.latencies_ms:
            set_latency(server, latency_ms)
            tables[f"{latency_ms} ms"] = _beside(
                size,
                ["floor", "requests-json", "ranges-1"],
                server,
            )
    return tables


def ranged(size: Size) -> Tables:
    """The mailbox table in ever more ranges side by side, and the whole audit in four."""
    names = [f"ranges-{most}" for most in RANGES]
    tables: Tables = {}
    with page_server(size.waiting) as server:
        for latency_ms in size.latencies_ms:
            set_latency(server, latency_ms)
            tables[f"{latency_ms} ms"] = _beside(
                size,
                ["requests-json", *names],
                server,
                filled_by=["requests-json", *names],
            )
        tables[f"{size.latencies_ms[0]} ms, the whole audit"] = _beside(
            size, ["audit-4-ranges"], server, rounds=1, tables="all", filled_by=["audit-4-ranges"]
        )
    return tables


def audit(size: Size) -> Tables:
    """The whole audit beside merely downloading the same tables."""
    with page_server(size.audit) as server:
        names = ["requests-json", "audit"]
        return {f"{size.audit:,} mailboxes": _beside(size, names, server, tables="all")}


def naive(size: Size) -> Tables:
    """The whole audit beside one that keeps every row and asks every rule of every row."""
    with page_server(size.naive) as server:
        found = _beside(
            size, ["audit-naive", "audit"], server, rounds=min(size.rounds, 2), tables="all"
        )
    if found["audit-naive"].digest != found["audit"].digest:
        raise SystemExit("the two audits have different findings")
    return {f"{size.naive:,} mailboxes": found}


def growth(size: Size) -> Tables:
    """The whole audit of ever more mailboxes."""
    tables: Tables = {}
    for mailboxes in size.mailboxes:
        with page_server(mailboxes) as server:
            tables[f"{mailboxes:,}"] = _beside(size, ["audit"], server, tables="all")
    return tables


def configurations(size: Size) -> Tables:
    """The whole audit of ever more distinct configurations."""
    tables: Tables = {}
    for number in size.configurations:
        with page_server(size.curve, number) as server:
            tables[str(number)] = _beside(size, ["audit"], server, tables="all")
    return tables


def profiles(size: Size) -> Tables:
    """The whole audit of ever more profiles, and far more configurations than is usual."""
    tables: Tables = {}
    for number, configured in size.profiles:
        with page_server(size.of_profiles, configured, profiles=number) as server:
            tables[f"{number:,} with {configured:,} configurations"] = side_by_side(
                ["audit"], server, rounds=size.rounds, tables="all"
            )
    return tables


def accounts(size: Size) -> Tables:
    """The whole audit beside ever more accounts of the tenant, in three listings."""
    tables: Tables = {}
    for number in size.accounts:
        with page_server(size.curve, accounts=number) as server:
            tables[f"{number:,}"] = _beside(
                size, ["audit"], server, tables="all", filled_by=["audit"]
            )
    return tables


def rules(size: Size) -> Tables:
    """The whole audit by ever more rules."""
    with page_server(size.curve) as server:
        found = _beside(
            size,
            [f"audit-{number}-rules" for number in RULES],
            server,
            tables="all",
        )
    return {name.split("-")[1]: {name: figures} for name, figures in found.items()}


def judging(size: Size) -> Tables:
    """Judging alone, of few mailboxes each rule of every one too; and its part in a large audit."""
    whole_audits = ["audit-watched", "audit-80-rules", "audit-160-rules"]
    tables: Tables = {}
    more = 2 * size.rounds + 1 if size.is_measured else 1
    for mailboxes, what, names, rounds in (
        (size.judging_anew, "", ["judge-anew", "judge-once"], size.rounds),
        (size.judging, "", ["judge-once", "judge-once-rules-twice"], size.rounds),
        # What more rules add is little beside what two runs of one audit differ by.
        (size.audit, ", the whole audit", whole_audits, more),
    ):
        with page_server(mailboxes) as server:
            tables[f"{mailboxes:,} mailboxes{what}"] = _beside(
                size, names, server, rounds=rounds, tables="all"
            )
    return tables


def writing(size: Size) -> Tables:
    """Findings written by the program and by the standard library."""
    tables: Tables = {}
    with page_server(20_000 if size.writing > 20_000 else size.writing) as server:
        for names in (["json.dumps", "json report"], ["csv.writer", "csv report"]):
            tables[f"{size.writing:,} findings as {names[0][:4].rstrip('.').upper()}"] = _beside(
                size, names, server, tables="all", number=size.writing
            )
    return tables


def start_up(size: Size) -> Tables:
    """Commands that need no server, beside importing what they are made with."""
    commands = {
        "import typer": ["-c", "import typer"],
        "--version": ["-m", "auditor", "--version"],
        "--help": ["-m", "auditor", "--help"],
        "rules": ["-m", "auditor", "rules"],
        "explain": ["-m", "auditor", "explain", "mailbox-not-approved"],
        "matrix": ["-m", "auditor", "matrix"],
    }
    from time import perf_counter

    from benchmarks.contender import Result
    from benchmarks.running import figures

    results: dict[str, list[Result]] = {name: [] for name in commands}
    for _ in range(2 * size.rounds + 1):
        for name, words in commands.items():
            started, before_s = perf_counter(), processor_s()
            # Without a time limit: waiting with one looks only every 50 ms whether it is over.
            # `matrix` tells by its exit code that something is not supported.
            done = subprocess.run([sys.executable, *words], stdout=subprocess.DEVNULL, check=False)
            if done.returncode not in (0, 1):
                raise SystemExit(f"{name} ended with exit code {done.returncode}")
            took_s = perf_counter() - started
            used_s = processor_s() - before_s
            results[name].append(Result(name, took_s, 0, 0.0, processor_s=used_s))
    return {"start": {name: figures(each[1:], 0) for name, each in results.items()}}


PARTS: dict[str, Callable[[Size], Tables]] = {
    "reading": reading,
    "waiting": waiting,
    "ranges": ranged,
    "audit": audit,
    "naive": naive,
    "growth": growth,
    "configurations": configurations,
    "profiles": profiles,
    "accounts": accounts,
    "rules": rules,
    "judging": judging,
    "writing": writing,
    "start-up": start_up,
}
