"""What is measured, how large, and how often."""

import datetime as dt
import platform
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from benchmarks import commands
from benchmarks.audits import RULES
from benchmarks.contender import ON_ONE, has_affinity
from benchmarks.readers import RANGES, sdk_is_installed
from benchmarks.running import Figures, Tables, page_server, set_latency, side_by_side
from benchmarks.server import Server
from benchmarks.sizes import Size


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
    """The whole audit beside merely downloading the same tables, with all processors and one."""
    names = ["requests-json", "audit"]
    alone = [f"{name}{ON_ONE}" for name in names] if has_affinity() else []
    tables: Tables = {}
    for mailboxes in (size.audit, size.ratio):
        with page_server(mailboxes) as server:
            found = _beside(size, ["floor", *names, *alone], server, tables="all")
        tables[f"{mailboxes:,} mailboxes"] = found
    return tables


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
    "start-up": commands.start_up,
    "snapshot": commands.snapshot,
    "failing": commands.failing,
    "environments": commands.environments,
    "questions": commands.questions,
}
