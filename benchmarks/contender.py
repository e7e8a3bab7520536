"""One contender in a process of its own: prints one line of JSON, or what went wrong."""

import argparse
import os
import sys
import tempfile
from pathlib import Path

import msgspec

from benchmarks import session
from benchmarks.server import Server
from benchmarks.told import Told

ON_ONE = " on one processor"


class Result(Told):
    """One run of one contender. `rows` of the floor are filled in by who knows the tables."""

    name: str
    seconds: float
    rows: int
    peak_mib: float


def has_affinity() -> bool:
    """Whether the system gives a process some of its processors alone."""
    return hasattr(os, "sched_setaffinity")


def run(name: str, server: Server, tables: str, number: int) -> Result:
    """Run one contender here and now; `number` is how many findings a writer writes.

    One whose name ends in ON_ONE has one processor, and leaves the others to the server.
    """
    if name.endswith(ON_ONE):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    before_s = session.processor_s()
    with tempfile.TemporaryDirectory(prefix="benchmark-") as directory:
        done = _took(name.removesuffix(ON_ONE), server, tables, number, Path(directory))
    took = msgspec.structs.asdict(done)
    # Imports count: whoever starts a program waits for them too.
    took["processor_s"] = took.get("processor_s") or session.processor_s() - before_s
    return Result(**took | {"name": name})


def _took(name: str, server: Server, tables: str, number: int, directory: Path) -> msgspec.Struct:
    # Each contender imports what it needs itself, so that none pays for another.
    if name.startswith("audit"):
        from benchmarks.audits import audits

        return audits()[name](server, directory)
    if name.startswith("judge"):
        from benchmarks.judging import JUDGES

        return JUDGES[name](server)
    if name.startswith(("json", "csv")):
        from benchmarks.writing import WRITERS, write

        return write(server, directory, WRITERS[name], number)
    from benchmarks.readers import READERS

    chosen = session.LARGE_TABLES if tables == "all" else session.LARGE_TABLES[-1:]
    took = READERS[name](server, chosen)
    return Result(name, took.seconds, took.rows, session.peak_mib())


def main() -> None:
    """Run the contender that the arguments name."""
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("server")
    parser.add_argument("--tables", choices=["mailboxes", "all"], default="mailboxes")
    parser.add_argument("--number", type=int, default=0)
    asked = parser.parse_args()
    server = msgspec.json.decode(asked.server, type=Server)
    result = run(asked.name, server, asked.tables, asked.number)
    sys.stdout.write(msgspec.json.encode(result).decode() + "\n")


if __name__ == "__main__":
    main()
