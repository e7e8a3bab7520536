"""What a plan costs beside the replay of the same snapshot, where every mailbox fails.

    python -m benchmarks.planning 100000
    python -m benchmarks.planning 100000 --script web-api

Writes a snapshot of an organisation that is made as it is read, then runs `auditor replay` and
`auditor plan` on it, each as a program of its own, in turn. Prints one line of JSON: processor
seconds are the least of the rounds, the memory is the most that the program had.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

from auditor.audit import audit
from auditor.process.memory import for_many_records
from auditor.running import header_of
from auditor.snapshots import recording
from benchmarks.failing import FAULT, Made, request_of
from connectors.columnar.page import Page
from connectors.sources.live import Stream
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import Reader, SourceState


class Planned(msgspec.Struct):
    """What replay and plan took of one snapshot; `times` is the plan beside the replay."""

    mailboxes: int
    replay_s: float
    replay_peak_mib: float
    plan_s: float
    plan_peak_mib: float
    plan_mib: float
    times: float


class _Plain:
    """An outside whose pages hold rows, as those of a snapshot's writer do."""

    def __init__(self, outside: Made) -> None:
        self._outside = outside

    def open(self, reader: Reader, earlier: EarlierReadings) -> "_PlainStream":
        """The pages of one source."""
        return _PlainStream(self._outside.open(reader, earlier))


class _PlainStream:
    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[Page]:
        for page in self._stream:
            yield Page(list(page.rows), page.read_at, page.digest)

    @property
    def state(self) -> SourceState:
        """How the reading stands."""
        return self._stream.state


def written(path: Path, mailboxes: int) -> None:
    """A snapshot of an organisation in which every mailbox fails."""
    request = request_of("run")
    with (
        for_many_records(),
        recording(path, header_of(request), _Plain(Made(mailboxes, FAULT))) as recorder,
    ):
        audit(request, recorder, lambda: request.started_at)


def run(words: list[str], out: Path) -> tuple[float, float]:
    """The processor seconds and the most memory in MiB of one command."""
    with out.open("wb") as stream:
        actions = [(os.POSIX_SPAWN_DUP2, stream.fileno(), 1)]
        command = [sys.executable, "-m", "auditor", *words]
        process = os.posix_spawn(sys.executable, command, os.environ, file_actions=actions)
        _, status, used = os.wait4(process, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1, 3, 4):
        raise SystemExit(f"auditor {words[0]} ended with {os.waitstatus_to_exitcode(status)}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def planned(mailboxes: int, rounds: int, script: str | None) -> Planned:
    """Both commands on one snapshot."""
    with tempfile.TemporaryDirectory(prefix="auditor-") as directory:
        path, out = Path(directory) / "made.snapshot", Path(directory) / "out"
        written(path, mailboxes)
        replay = ["replay", str(path), "--report", "json", "--quiet"]
        plan = ["plan", "--snapshot", str(path)]
        plan += ["--format", "json"] if script is None else ["--script", script]
        replays = [run(replay, Path("/dev/null"))]
        plans = [run(plan, out)]
        for _ in range(rounds - 1):
            replays.append(run(replay, Path("/dev/null")))
            plans.append(run(plan, out))
        size = out.stat().st_size
    replay_s, plan_s = min(replays)[0], min(plans)[0]
    return Planned(
        mailboxes=mailboxes,
        replay_s=round(replay_s, 2),
        replay_peak_mib=round(max(peak for _, peak in replays), 1),
        plan_s=round(plan_s, 2),
        plan_peak_mib=round(max(peak for _, peak in plans), 1),
        plan_mib=round(size / 2**20, 1),
        times=round(plan_s / replay_s, 2),
    )


def main() -> None:
    """Measure as the arguments say."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.planning", description=__doc__)
    parser.add_argument("mailboxes", type=int)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--script", choices=("web-api", "powershell", "pac"))
    asked = parser.parse_args()
    found = planned(asked.mailboxes, asked.rounds, asked.script)
    sys.stdout.write(msgspec.json.encode(found).decode() + "\n")


if __name__ == "__main__":
    main()
