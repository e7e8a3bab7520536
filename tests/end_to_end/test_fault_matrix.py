"""A sample of the fault matrix, or all of it (`make faults`); the seed of the sample is shown.

`AUDITOR_FAULTS=all` takes every cell, `AUDITOR_FAULTS=N` so many; `AUDITOR_FAULTS_SEED` repeats a
sample; `AUDITOR_FAULTS_TABLE` names a file that gets a line of JSON for each cell.
"""

import json
import os
import random
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.transport import shutdown
from tests.end_to_end.fault_matrix import KINDS, Matrix, late, wrong

SEED = int(os.environ.get("AUDITOR_FAULTS_SEED") or random.SystemRandom().randrange(1_000_000))
ASKED = os.environ.get("AUDITOR_FAULTS", "8")
_SHARES = 8


class Hurried(threading.Event):
    """Pauses between two attempts take no time here; a server's fault does."""

    def wait(self, timeout: float | None = None) -> bool:
        return self.is_set() or super().wait(min(timeout or 0.0, 0.02))


@pytest.fixture(scope="module")
def matrix(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Matrix]:
    patch = pytest.MonkeyPatch()
    patch.setattr(shutdown, "STOPPING", Hurried())
    found = Matrix(tmp_path_factory.mktemp("matrix"))
    yield found
    found.close()
    patch.undo()


def test_the_undisturbed_audit_reads_everything(matrix: Matrix) -> None:
    assert {
        name: each.reason
        for name, each in matrix.clean.states.items()
        if each.status != "read" and each.code != "not-configured"
    } == {}
    assert len(matrix.places) > 20


@pytest.mark.parametrize("share", range(_SHARES))
def test_a_disturbed_audit_decides_nothing_that_it_does_not_know(
    matrix: Matrix, share: int
) -> None:
    cells = matrix.cells()
    if ASKED != "all":
        # What never ends takes time, and measures the machine as much as the program.
        cells = [cell for cell in cells if not cell.never_ends]
    # In an order by chance, so that a run that is cut short saw some of everything.
    cells = random.Random(SEED).sample(cells, len(cells) if ASKED == "all" else int(ASKED))
    print(f"AUDITOR_FAULTS={ASKED} AUDITOR_FAULTS_SEED={SEED}")  # noqa: T201
    found: dict[str, list[str]] = {}
    for cell in cells[share::_SHARES]:
        run, disturbances = matrix.disturbed(cell)
        faults = wrong(matrix.clean, run, cell)
        if ASKED == "all":
            # Time is measured where nothing else runs; in a sample others take their part of it.
            faults += late(run, cell)
        if faults:
            found[f"{cell.fault} at {cell.path}"] = faults[:5]
        if table := os.environ.get("AUDITOR_FAULTS_TABLE"):
            with Path(table).open("a", encoding="utf-8") as out:
                words = list(run.outcomes.values())
                line = {
                    "path": cell.path,
                    "fault": cell.fault,
                    "disturbances": disturbances,
                    "undetermined": words.count("undetermined"),
                    "verdicts": len(words),
                    "seconds": round(run.seconds, 2),
                    "open": sorted(n for n, each in run.states.items() if each.status != "read"),
                    "wrong": faults,
                }
                out.write(json.dumps(line) + "\n")
    assert found == {}, f"repeat with AUDITOR_FAULTS={ASKED} AUDITOR_FAULTS_SEED={SEED}"


def test_every_fault_has_its_name_once() -> None:
    assert len(KINDS) == len({str(each) for each in KINDS.values()})
