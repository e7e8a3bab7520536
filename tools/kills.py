"""Kills audits with `kill -9` at random moments: `python tools/kills.py [KILLS] [SEED]`.

Each run is killed, gone on with by `--resume`, and then made once more without. One line of JSON a
kill. It is exit 1 where a report differs from that of an undisturbed run, where the history holds a
run that is not whole, or where a file with what was read stays behind.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from auditor.demo.healthy import healthy_online
from auditor.demo.server import SimulatedTenant
from auditor.demo.serving import configuration_of

MAILBOXES = 15_000
"""Three pages of them."""
WRITTEN = ("json=out.json", "html=out.html")
STAY = {"auditor.toml", "history.db", "out.json", "out.html", "out.snapshot"}
"""What a run leaves, beside the lock, which says who holds it."""


class Place:
    """A directory in which all is that a run reads and leaves."""

    def __init__(self, directory: Path, configuration: str) -> None:
        self.directory = directory
        (directory / "tmp").mkdir(parents=True)
        (directory / "auditor.toml").write_text(configuration, "utf-8")
        homes = {f"XDG_{each}_HOME": str(directory / each) for each in ("CONFIG", "DATA", "STATE")}
        self._environ = {**os.environ, **homes, "TMPDIR": str(directory / "tmp")}
        self._environ.pop("AUDITOR_CONFIG", None)

    def begun(self, *words: str) -> "subprocess.Popen[bytes]":
        """A command of the program that goes on."""
        return subprocess.Popen(
            [sys.executable, "-m", "auditor", *words, "--config", "auditor.toml"],
            cwd=self.directory,
            env=self._environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def run(self, *more: str) -> "subprocess.Popen[bytes]":
        """An audit that goes on."""
        reports = [word for each in WRITTEN for word in ("--report", each)]
        return self.begun("run", "--quiet", *reports, "--snapshot", "out.snapshot", *more)

    def told(self) -> dict[str, Any]:
        """What the report says, without times, ids of runs and counts of requests."""
        report = json.loads((self.directory / "out.json").read_bytes())
        sources = [(each["name"], each["status"], each["records"]) for each in report["sources"]]
        findings = [(each["fingerprint"], each["verdict"]) for each in report["findings"]]
        alike = ("complete", "summary", "statements", "rules", "causes", "mailboxes")
        return {**{each: report[each] for each in alike}, "sources": sources, "findings": findings}

    def resumed(self) -> bool:
        """Whether the report says that something is from an earlier run."""
        notes = json.loads((self.directory / "out.json").read_bytes())["notes"]
        return any(each.startswith("Resumed") for each in notes)

    def runs(self) -> list[bool]:
        """Whether each stored run is complete."""
        out, _ = self.begun("history", "list", "--format", "json").communicate()
        return [each["complete"] for each in json.loads(out or b"[]")]

    def left(self) -> list[str]:
        """The files that are there and should not be."""
        files = (each for each in self.directory.rglob("*") if each.is_file())
        return sorted(each.name for each in files if each.name not in STAY | self._locks())

    def _locks(self) -> set[str]:
        return {each.name for each in self.directory.rglob("*.lock")}


def killed(place: Place, after_s: float, undisturbed: dict[str, Any]) -> dict[str, Any]:
    """What became of a run that was killed so many seconds after it began."""
    running = place.run()
    time.sleep(after_s)
    running.kill()
    running.communicate()
    left = place.left()
    place.run("--resume").communicate()
    resumed, is_whole = place.resumed(), place.told() == undisturbed
    left_then = place.left()
    place.run().communicate()
    return {
        "after_s": round(after_s, 2),
        "code": running.returncode,
        "left": left,
        "resumed": resumed,
        "holds": is_whole
        and place.told() == undisturbed
        and all(place.runs())
        and not left_then
        and not place.left(),
    }


def main(arguments: list[str]) -> int:
    """Kill as the arguments say; 1 where something does not hold."""
    count, seed = [*map(int, arguments), *(10, 1)[len(arguments) :]]
    chance = random.Random(seed)
    failed = 0
    with (
        tempfile.TemporaryDirectory(prefix="auditor-kills-") as directory,
        SimulatedTenant(healthy_online(MAILBOXES)) as tenant,
    ):
        configuration = configuration_of(tenant)
        first = Place(Path(directory) / "undisturbed", configuration)
        started = time.monotonic()
        first.run().communicate()
        takes_s = time.monotonic() - started
        for number in range(count):
            place = Place(Path(directory) / str(number), configuration)
            found = killed(place, chance.uniform(0.0, takes_s), first.told())
            failed += not found["holds"]
            sys.stdout.write(json.dumps(found) + "\n")
            sys.stdout.flush()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
