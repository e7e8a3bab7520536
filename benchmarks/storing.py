"""What the history costs: processor time, memory and room of nights on which little changes.

    python -m benchmarks.storing 50000 --failing --nights 5
    python -m benchmarks.storing 10000 --nights 365 --changes 5
    python -m benchmarks.storing 10000 --nights 50 --url postgresql://auditor@/auditor

Audits an organisation that is made as it is read, and prints one line of JSON. What the history
does is timed where it does it, never as what one audit took more than another. `--changes` so many
mailboxes are otherwise each night, `--failing`: all of them fail. Processor seconds are the medians
of the nights, the first one left out, without those of the database's server; bytes are their mean.
"""

import argparse
import contextlib
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

import msgspec

from auditor.audit import audit
from auditor.differences.settings import RecordSettings
from auditor.history.database import opened
from auditor.history.history import History
from auditor.model import Audit
from auditor.process.memory import for_many_records
from auditor.reports import writer
from benchmarks import session
from benchmarks.failing import FAULT, Counted, Made, request_of
from connectors.columnar.page import Page

T = TypeVar("T")


class Spent(msgspec.Struct, frozen=True):
    """The processor seconds of one night.

    `audit_s` without the history; `noted_s` to note the settings of the pages as they pass,
    `stored_s` to store the run, `announced_s` to note that people were told of it.
    """

    audit_s: float
    noted_s: float
    stored_s: float
    announced_s: float

    @property
    def history_s(self) -> float:
        """All that the history took."""
        return self.noted_s + self.stored_s + self.announced_s


class Stored(msgspec.Struct):
    """What the nights took: processor seconds as `Spent` has them, medians.

    `trend_s` and `difference_s` are of the history's answer, by the clock.
    """

    mailboxes: int
    still_open: int
    nights: int
    changes: int
    audit_s: float
    report_s: float
    history_s: float
    noted_s: float
    stored_s: float
    announced_s: float
    share_of_audit: float
    share_of_run: float
    first_history_s: float
    bytes_a_night: int
    trend_s: float
    difference_s: float
    peak_mib: float


class TimedSettings(RecordSettings):
    """Settings that know the processor seconds which it took to note them."""

    def __init__(self) -> None:
        super().__init__()
        self.took_s: list[float] = []

    def add(self, source: str, row: type[msgspec.Struct], page: Page) -> None:
        """Take note of a page's records."""
        seconds, _ = took(
            time.thread_time, lambda: super(TimedSettings, self).add(source, row, page)
        )
        self.took_s.append(seconds)


class Nights:
    """One organisation, and the history of its nights."""

    def __init__(self, made: Made, url: str, changes: int) -> None:
        self._made = made
        self._engine = opened(url, Path())
        self.history = History(self._engine)
        self._changes = changes

    def begin(self, number: int) -> None:
        """Another few mailboxes are not approved."""
        first = number * self._changes
        self._made.changed = {
            at: {"emailrouteraccessapproval": 2} for at in range(first, first + self._changes)
        }

    def night(self, number: int) -> tuple[Spent, Audit]:
        """Audit one night, store it, and note that people were told of it."""
        request = request_of(run_of(number))
        environment, clock = request.environment, time.process_time
        with contextlib.closing(TimedSettings()) as settings:
            outside = settings.watching(self._made)
            both_s, found = took(clock, lambda: audit(request, outside, lambda: request.started_at))
            noted_s = sum(settings.took_s)
            stored_s, _ = took(clock, lambda: self.history.store(found, settings, announced=False))
        announced_s, _ = took(clock, lambda: self._announce(request.run_id, environment))
        return Spent(both_s - noted_s, noted_s, stored_s, announced_s), found

    def _announce(self, run: str, environment: str) -> None:
        self.history.announce(run, environment, self.history.undelivered(environment))

    def size(self) -> int:
        """The bytes that the database takes."""
        with self._engine.connect() as connection:
            if self._engine.dialect.name == "postgresql":
                asked = "SELECT pg_database_size(current_database())"
                return int(connection.exec_driver_sql(asked).scalar_one())
        return Path(str(self._engine.url.database)).stat().st_size


def run_of(number: int) -> str:
    """The id of the run of one night."""
    return f"night-{number:04}"


def took(clock: Callable[[], float], of: Callable[[], T]) -> tuple[float, T]:
    """The seconds that something took by a clock, and what it gave."""
    started = clock()
    found = of()
    return clock() - started, found


def reported(found: Audit) -> None:
    """Write the JSON report of an audit."""
    out: Any = Counted()
    writer("json").write(found, out)


def middle(spent: Iterable[Spent], what: str) -> float:
    """The median of what nights took, the first of them left out."""
    _, *others = spent
    return float(median(getattr(each, what) for each in others))


def stored(nights: Nights, mailboxes: int, count: int, changes: int) -> Stored:
    """Audit so many nights, each without the history and with it."""
    spent, report_s, sizes = [], [], []
    for number in range(count):
        nights.begin(number)
        night, found = nights.night(number)
        spent.append(night)
        sizes.append(nights.size())
        if number < 3:
            report_s.append(took(time.process_time, lambda of=found: reported(of))[0])  # type: ignore[misc]
        # The peak is that of one audit with its history and its report, never of two audits.
        del found
    runs = nights.history.runs()
    trend_s, _ = took(time.perf_counter, nights.history.runs)
    last = run_of(count - 1)
    difference_s, _ = took(time.perf_counter, lambda: nights.history.difference(last))
    numbers = runs[-1].numbers
    audit_s, history_s = middle(spent, "audit_s"), middle(spent, "history_s")
    return Stored(
        mailboxes=mailboxes,
        still_open=numbers.still,
        nights=len(runs),
        changes=changes,
        audit_s=round(audit_s, 3),
        report_s=round(median(report_s), 3),
        history_s=round(history_s, 3),
        noted_s=round(middle(spent, "noted_s"), 3),
        stored_s=round(middle(spent, "stored_s"), 3),
        announced_s=round(middle(spent, "announced_s"), 3),
        share_of_audit=round(history_s / audit_s, 3),
        share_of_run=round(history_s / (audit_s + median(report_s)), 3),
        first_history_s=round(spent[0].history_s, 2),
        bytes_a_night=round((sizes[-1] - sizes[0]) / (count - 1)),
        trend_s=round(trend_s, 3),
        difference_s=round(difference_s, 3),
        peak_mib=round(session.peak_mib(), 1),
    )


@contextlib.contextmanager
def _database(url: str) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as directory:
        yield url or f"sqlite:///{directory}/history.db"


def main() -> None:
    """Store the nights that the arguments name."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.storing", description=__doc__)
    parser.add_argument("mailboxes", type=int)
    parser.add_argument("--nights", type=int, default=5)
    parser.add_argument("--changes", type=int, default=0)
    parser.add_argument("--failing", action="store_true")
    parser.add_argument("--url", default="")
    asked = parser.parse_args()
    with _database(asked.url) as url, for_many_records():
        made = Made(asked.mailboxes, FAULT if asked.failing else None)
        nights = Nights(made, url, asked.changes)
        found = stored(nights, asked.mailboxes, asked.nights, asked.changes)
    sys.stdout.write(msgspec.json.encode(found).decode() + "\n")


if __name__ == "__main__":
    main()
