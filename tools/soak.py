"""Audits the simulated tenant again and again: `python tools/soak.py [RUNS] [PROCESSES]`.

RUNS in one process, under faults that change from run to run, then PROCESSES one after another. It
shows what each tenth of the runs leaves behind, and fails where memory, threads, descriptors or
temporary files grow from the middle to the end; before that, caches fill.
"""

import contextlib
import gc
import io
import itertools
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import NamedTuple

from auditor.__main__ import main as auditor
from auditor.demo.contoso import DECLARED, contoso
from auditor.demo.faults import Fault
from auditor.demo.server import SimulatedTenant
from auditor.demo.serving import configuration_of

FAULTS = (
    None,
    Fault("throttled", "*/mailboxes*", times=2, retry_after="0"),
    Fault("reset", "*", times=3),
    Fault("truncated", "*/systemusers*"),
    Fault("spoiled", "*/$batch", how="part-failed"),
    Fault("unauthorized", "*", times=1),
)
MOST_GROWTH_MB = 12.0
ENDS = (0, 1, 3, 4)
"""How an audit of a tenant with faults may end."""


class Left(NamedTuple):
    """What a process holds after a run."""

    memory_mb: float
    threads: int
    descriptors: int
    temporary_files: int


def left(directory: Path) -> Left:
    """What this process holds now; the tenant's own connections are closed before."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return Left(
        pages * os.sysconf("SC_PAGE_SIZE") / 2**20,
        threading.active_count(),
        len(os.listdir("/proc/self/fd")),
        len(os.listdir(directory)),
    )


def main(runs: int, processes: int) -> int:
    """Gives 1 where something grew."""
    with tempfile.TemporaryDirectory() as own, tempfile.TemporaryDirectory() as temporary:
        tempfile.tempdir = None
        os.environ.update(TMPDIR=temporary, XDG_DATA_HOME=own, XDG_STATE_HOME=own)
        config = Path(own) / "auditor.toml"
        options = ["run", "--config", str(config), "--report", f"json={own}/audit.json"]
        options += ["--snapshot", f"{own}/audit.snap", "--quiet", "--timeout", "60"]
        command = [sys.executable, "-m", "auditor", *options]
        tenant = SimulatedTenant(contoso(0))
        # Probing takes longer than all the rest, and holds nothing between two runs.
        text = configuration_of(tenant, DECLARED).replace("probe = true", "probe = false")
        config.write_text(text, "utf-8")
        seen: list[Left] = []
        for number, fault in zip(range(runs), itertools.cycle(FAULTS), strict=False):
            tenant.faults.clear()
            tenant.requests.clear()
            if fault is not None:
                tenant.faults.add(Fault(**{n: getattr(fault, n) for n in Fault.__struct_fields__}))
            with contextlib.redirect_stderr(io.StringIO()) as told:
                code = auditor(options)
            if code not in ENDS:
                _tell_of_defect(f"run {number}", code, told.getvalue(), Path(own))
                return 1
            seen.append(left(Path(temporary)))
            if (number + 1) % max(1, runs // 10) == 0:
                _say(f"run {number + 1}: {seen[-1]}")
        tenant.faults.clear()
        for number in range(processes):
            began = time.monotonic()
            run = subprocess.run(command, stderr=subprocess.PIPE, text=True)
            if run.returncode not in ENDS:
                _tell_of_defect(f"process {number + 1}", run.returncode, run.stderr, Path(own))
                return 1
            took_s, files = time.monotonic() - began, len(os.listdir(temporary))
            _say(f"process {number + 1}: exit {run.returncode}, {took_s:.1f} s, {files}")
        tenant.close()
    early, late = seen[len(seen) // 2 :][:1], seen[-1:]
    grown = [
        f"{name} grew from {before} to {after}"
        for a, b in zip(early, late, strict=True)
        for name, before, after in zip(Left._fields, a, b, strict=True)
        if after > before + (MOST_GROWTH_MB if name == "memory_mb" else 3)
    ]
    for each in grown:
        _say(each)
    return 1 if grown else 0


def _tell_of_defect(which: str, code: int, said: str, directory: Path) -> None:
    """What the run said, and its reports of a defect, which go with the directory."""
    _say(f"{which} ended in {code}\n{said}")
    for report in directory.rglob("auditor-crash-*"):
        _say(report.read_text("utf-8"))


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    counts = [int(each) for each in sys.argv[1:]]
    sys.exit(main(*(counts or [200]), *([100] if len(counts) < 2 else [])))
