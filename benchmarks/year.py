"""A year of nights in the history: what it takes, and how fast it answers at its end.

    python -m benchmarks.year 10000
    python -m benchmarks.year 10000 --url postgresql://auditor@/auditor
    python -m benchmarks.year 1000 --nights 30 --unchanged 10

Audits an organisation that is made as it is read, judged and stored in this process; no server is
asked. `--changes` so many mailboxes are otherwise each night, and as before the night after. Then
come `--unchanged` nights on which nothing is. Prints one line of JSON.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import msgspec

from auditor.process.memory import for_many_records
from benchmarks import session
from benchmarks.failing import Made
from benchmarks.storing import Nights, Spent, middle, run_of, took


class Year(msgspec.Struct):
    """What a year took. Seconds are of the processor, those of the database's server left out.

    `night_s` is the median of a night with its audit, `storing_s` that of what the history takes.
    `trend_s`, `show_s` and `list_s` are of whole commands, `trend_in_s` and `show_in_s` of the
    history's answer alone, by the clock.
    """

    mailboxes: int
    nights: int
    changes: int
    unchanged: int
    total_s: float
    night_s: float
    first_storing_s: float
    storing_s: float
    storing_unchanged_s: float
    first_bytes: int
    year_bytes: int
    bytes_a_night: int
    bytes_an_unchanged_night: int
    trend_in_s: float
    show_in_s: float
    trend_s: float
    show_s: float
    list_s: float
    peak_mib: float


def commanded(url: str, *words: str) -> float:
    """The processor seconds of a whole `auditor history` command."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "auditor.toml"
        path.write_text(
            '[environments.benchmark]\nurl = "https://benchmark.example"\n\n'
            '[environments.benchmark.auth]\nmethod = "managed-identity"\n\n'
            f'[history]\nurl = "{url}"\n'
        )
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [sys.executable, "-m", "auditor", "history", *words, "--config", str(path)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)


def year(mailboxes: int, url: str, nights: int, unchanged: int, changes: int) -> Year:
    """A year of an organisation of so many mailboxes, in the database at an address."""
    found = Nights(Made(mailboxes), url, changes)
    spent: list[Spent] = []
    sizes: list[int] = []
    for number in range(nights + unchanged):
        if number < nights:
            found.begin(number)
        spent.append(found.night(number)[0])
        sizes.append(found.size())
    peak = session.peak_mib()
    last = run_of(nights - 1)
    trend_in_s, _ = took(time.perf_counter, lambda: found.history.runs("benchmark"))
    show_in_s, _ = took(time.perf_counter, lambda: found.history.difference(last))
    night_s = [each.audit_s + each.history_s for each in spent]
    return Year(
        mailboxes=mailboxes,
        nights=nights,
        changes=changes,
        unchanged=unchanged,
        total_s=round(sum(night_s), 1),
        night_s=round(median(night_s), 3),
        first_storing_s=round(spent[0].history_s, 3),
        storing_s=round(middle(spent[:nights], "history_s"), 3),
        storing_unchanged_s=round(middle(spent[nights:], "history_s"), 3),
        first_bytes=sizes[0],
        year_bytes=sizes[nights - 1],
        bytes_a_night=round((sizes[nights - 1] - sizes[0]) / (nights - 1)),
        bytes_an_unchanged_night=round((sizes[-1] - sizes[nights]) / (unchanged - 1)),
        trend_in_s=round(trend_in_s, 3),
        show_in_s=round(show_in_s, 3),
        trend_s=round(commanded(url, "trend", "benchmark", "--format", "html"), 2),
        show_s=round(commanded(url, "show", last, "--format", "html"), 2),
        list_s=round(commanded(url, "list"), 2),
        peak_mib=round(peak, 1),
    )


def main() -> None:
    """Store the year that the arguments name."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.year", description=__doc__)
    parser.add_argument("mailboxes", type=int)
    parser.add_argument("--nights", type=int, default=365)
    parser.add_argument("--unchanged", type=int, default=51)
    parser.add_argument("--changes", type=int, default=5)
    parser.add_argument("--url", default="")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory, for_many_records():
        url = asked.url or f"sqlite:///{directory}/history.db"
        found = year(asked.mailboxes, url, asked.nights, asked.unchanged, asked.changes)
    sys.stdout.write(msgspec.json.encode(found).decode() + "\n")


if __name__ == "__main__":
    main()
