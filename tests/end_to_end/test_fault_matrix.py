"""A sample of the fault matrix, or all of it (`make faults`); the seed of the sample is shown.

`AUDITOR_FAULTS=all` takes every cell, `AUDITOR_FAULTS=N` so many; `AUDITOR_FAULTS_SEED` repeats a
sample; `AUDITOR_FAULTS_CELL` takes those alone that have these words in their name;
`AUDITOR_FAULTS_TABLE` names a file that gets a line of JSON for each cell. The cells that hold in
it already are not run again.
"""

import gc
import json
import os
import random
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from connectors.transport import shutdown
from tests.end_to_end.fault_kinds import KINDS
from tests.end_to_end.fault_matrix import UNDISTURBED_TIMEOUT_S, Matrix, late, wrong
from tests.end_to_end.fault_settings import SETTINGS

ASKED = os.environ.get("AUDITOR_FAULTS", "7")
# Processes that run the whole side by side each take other cells of one and the same order.
_BY_CHANCE = 1 if ASKED == "all" else random.SystemRandom().randrange(1_000_000)
SEED = int(os.environ.get("AUDITOR_FAULTS_SEED") or _BY_CHANCE)
WORDS = os.environ.get("AUDITOR_FAULTS_CELL", "")
# Each test runs in a directory of its own.
TABLE = Path(os.environ.get("AUDITOR_FAULTS_TABLE") or os.devnull).absolute()
SAMPLED = {"on premises": 1}
"""So many cells of a setting are in every sample; of mail servers none, which take their time."""


def _held() -> set[tuple[str, str, str]]:
    """The cells that held in the run that filled the table."""
    lines = TABLE.read_text("utf-8").splitlines() if TABLE.exists() else []
    cells = [json.loads(each) for each in lines]
    return {(each["setting"], each["path"], each["fault"]) for each in cells if not each["wrong"]}


HELD = _held()


def _shares_of(setting: str) -> int:
    if ASKED == "all":
        return 30
    return 1 if setting in SAMPLED else 7


SHARES = [
    (setting, share)
    for setting in SETTINGS
    if ASKED == "all" or setting != "mail servers"
    for share in range(_shares_of(setting))
]


class Hurried(threading.Event):
    """Pauses between two attempts take no time here; a server's fault does."""

    def wait(self, timeout: float | None = None) -> bool:
        return self.is_set() or super().wait(min(timeout or 0.0, 0.02))


class Matrices:
    """The matrix of each setting, made when it is first asked for."""

    def __init__(self, directory: Callable[[str], Path]) -> None:
        self._directory = directory
        self._made: dict[str, Matrix] = {}

    def of(self, setting: str) -> Matrix:
        if setting not in self._made:
            directory = self._directory(setting.replace(" ", "-"))
            self._made[setting] = Matrix(directory, SETTINGS[setting])
            # The tenant and the undisturbed audit stay for all cells: to look through them each
            # time is a fifth of what a cell costs.
            gc.collect()
            gc.freeze()
        return self._made[setting]

    def close(self) -> None:
        for each in self._made.values():
            each.close()


@pytest.fixture(scope="module")
def matrices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Matrices]:
    patch = pytest.MonkeyPatch()
    patch.setattr(shutdown, "STOPPING", Hurried())
    found = Matrices(tmp_path_factory.mktemp)
    yield found
    gc.unfreeze()
    found.close()
    patch.undo()
    gc.collect()
    gc.freeze()


def test_the_undisturbed_audit_reads_everything(matrices: Matrices) -> None:
    matrix = matrices.of("online")
    assert {
        name: each.reason
        for name, each in matrix.clean.states.items()
        if each.status != "read" and each.code != "not-configured"
    } == {}
    assert len(matrix.places) > 20


@pytest.mark.parametrize(("setting", "share"), SHARES)
def test_a_disturbed_audit_decides_nothing_that_it_does_not_know(
    matrices: Matrices, setting: str, share: int
) -> None:
    matrix = matrices.of(setting)
    cells = matrix.cells()
    most = len(cells)
    if ASKED != "all":
        cells = [cell for cell in cells if not cell.takes_time]
        most = SAMPLED.get(setting, int(ASKED))
    # In an order by chance, so that a run that is cut short saw some of everything.
    cells = random.Random(SEED).sample(cells, most)
    print(f"AUDITOR_FAULTS={ASKED} AUDITOR_FAULTS_SEED={SEED}")  # noqa: T201
    found: dict[str, list[str]] = {}
    for cell in cells[share :: _shares_of(setting)]:
        name = f"{setting}: {cell.fault} at {cell.path}"
        if WORDS not in name or (setting, cell.path, cell.fault) in HELD:
            continue
        run, disturbances = matrix.disturbed(cell)
        faults = wrong(matrix.clean, run, cell)
        if faults:
            # The records keep their dates: what was fresh when the matrix began may be old by now.
            matrix.clean = matrix.run(UNDISTURBED_TIMEOUT_S)
            faults = wrong(matrix.clean, run, cell)
        if not disturbances and run.states == matrix.clean.states:
            faults.append("no request met it")
        if ASKED == "all":
            # Time is measured where nothing else runs; in a sample others take their part of it.
            faults += late(run, cell)
        if faults:
            found[name] = faults[:5]
        words = list(run.outcomes.values())
        line = {
            "setting": setting,
            "path": cell.path,
            "fault": cell.fault,
            "disturbances": disturbances,
            "undetermined": words.count("undetermined"),
            "verdicts": len(words),
            "seconds": round(run.seconds, 2),
            "open": sorted(n for n, each in run.states.items() if each.status != "read"),
            "wrong": faults,
        }
        with TABLE.open("a", encoding="utf-8") as out:
            out.write(json.dumps(line) + "\n")
    assert found == {}, f"repeat with AUDITOR_FAULTS={ASKED} AUDITOR_FAULTS_SEED={SEED}"


def test_every_fault_has_its_name_once() -> None:
    assert len(KINDS) == len({str(each) for each in KINDS.values()})
