"""What the program is meant to reach, and what was measured of it."""

import math
from collections.abc import Callable, Iterator

from msgspec import Struct

from benchmarks.contender import ON_ONE
from benchmarks.measurements import Measured
from benchmarks.running import Figures, Tables

PAGE_ROWS = 5000
_MANY = "1,250 with 16,400 configurations"


class Goal(Struct, frozen=True):
    """One goal in words, the parts it is measured by, its bound, and the figure.

    `least` says whether the figure is to be at least the bound, or at most.
    """

    words: str
    part: str
    bound: float
    least: bool
    figure: Callable[[dict[str, Tables]], float]


def reached(measured: Measured) -> Iterator[tuple[str, str, str, str]]:
    """Of each goal that was measured: its words, its bound, the figure, and whether it was met."""
    for goal in GOALS:
        if goal.part not in measured.parts:
            continue
        try:
            figure = goal.figure(measured.parts)
        except (KeyError, IndexError, StopIteration, ZeroDivisionError):
            continue
        met = figure >= goal.bound if goal.least else figure <= goal.bound
        bound = f"at {'least' if goal.least else 'most'} {goal.bound:g}"
        yield goal.words, bound, f"{figure:.2f}", "yes" if met else "no"


def _first(tables: Tables) -> dict[str, Figures]:
    return next(iter(tables.values()))


def _times(part: str, slower: str, faster: str) -> Callable[[dict[str, Tables]], float]:
    def figure(parts: dict[str, Tables]) -> float:
        table = _first(parts[part])
        return table[slower].least_s / table[faster].least_s

    return figure


def _written(kind: str, plain: str, ours: str) -> Callable[[dict[str, Tables]], float]:
    def figure(parts: dict[str, Tables]) -> float:
        (table,) = (each for name, each in parts["writing"].items() if kind in name)
        return table[plain].least_s / table[ours].least_s

    return figure


def _processor_times(
    part: str, longer: str, shorter: str, at: int = 0
) -> Callable[[dict[str, Tables]], float]:
    def figure(parts: dict[str, Tables]) -> float:
        table = list(parts[part].values())[at]
        return table[longer].processor_s / table[shorter].processor_s

    return figure


def _of_row(part: str, row: str, name: str, field: str) -> Callable[[dict[str, Tables]], float]:
    return lambda parts: float(getattr(parts[part][row][name], field))


def _audit_times(suffix: str) -> Callable[[dict[str, Tables]], float]:
    def figure(parts: dict[str, Tables]) -> float:
        table = list(parts["audit"].values())[1]
        return table[f"requests-json{suffix}"].least_s / table[f"audit{suffix}"].least_s

    return figure


def _exponent_of_configurations(parts: dict[str, Tables]) -> float:
    """How what configurations add to a run with few grows with their number."""
    of_profiles = parts["profiles"]
    few, some, many = (
        of_profiles[f"1,250 with {number:,} configurations"]["audit"].processor_s
        for number in (200, 2_000, 20_000)
    )
    return math.log10((many - few) / (some - few))


def _bytes_an_account(parts: dict[str, Tables]) -> float:
    some, many = (parts["accounts"][f"{n:,}"]["audit"].peak_mib for n in (200_000, 1_000_000))
    return (many - some) * 2**20 / 800_000


def _million_failing(parts: dict[str, Tables]) -> float:
    """The most memory of any format, by a straight line to a million mailboxes that fail."""
    (small, few), (large, many) = (
        (_mailboxes(name), table) for name, table in parts["failing"].items()
    )
    return max(
        many[name].peak_mib
        + (many[name].peak_mib - few[name].peak_mib) * (1_000_000 - large) / (large - small)
        for name in many
    )


def _memory_of_environments(at: int) -> Callable[[dict[str, Tables]], float]:
    """The memory of the run at this place, in times of that of one environment."""

    def figure(parts: dict[str, Tables]) -> float:
        held = [table["run"].peak_mib for table in parts["environments"].values()]
        return held[at] / held[0]

    return figure


def _seconds_of(words: str) -> Callable[[dict[str, Tables]], float]:
    def figure(parts: dict[str, Tables]) -> float:
        return next(each for name, each in parts["questions"].items() if words in name)[
            "asked"
        ].least_s

    return figure


def _of_latency(parts: dict[str, Tables]) -> float:
    name, table = next(iter(parts["waiting"].items()))
    one = table["ranges-1"]
    pages = -(-one.rows // PAGE_ROWS)
    return one.least_s / (pages * int(name.split()[0]) / 1000)


def _share_of_judging(parts: dict[str, Tables]) -> float:
    watched = next(
        each
        for table in parts["judging"].values()
        for each in table.values()
        if each.asking_rules_s
    )
    return 100 * (watched.asking_rules_s + watched.making_findings_s) / watched.least_s


def _doubled_rules(parts: dict[str, Tables]) -> float:
    (table,) = (each for each in parts["judging"].values() if "audit-160-rules" in each)
    once_s, twice_s = (table[f"audit-{number}-rules"].least_s for number in (80, 160))
    return 100 * (twice_s - once_s) / once_s


def _more_memory(parts: dict[str, Tables]) -> float:
    small = parts["growth"]["100,000"]["audit"]
    large = _first(parts["audit"])["audit"]
    mailboxes = _mailboxes(next(iter(parts["audit"]))) - 100_000
    return (large.peak_mib - small.peak_mib) * 1024 * 1024 / mailboxes


def _mailboxes(name: str) -> int:
    return int(name.split()[0].replace(",", ""))


def _memory_of_ranges(parts: dict[str, Tables]) -> float:
    return parts["ranges"][next(name for name in parts["ranges"] if "audit" in name)][
        "audit-4-ranges"
    ].peak_mib


def _most_of_writing(parts: dict[str, Tables]) -> float:
    return max(
        table[name].peak_mib
        for table in parts["writing"].values()
        for name in ("json report", "csv report")
        if name in table
    )


GOALS = (
    Goal(
        "reading on one cursor: times as fast as requests + json",
        *("reading", 2.0, True, _times("reading", "requests-json", "connector")),
    ),
    Goal(
        "reading on one cursor: share of the floor's speed",
        *("reading", 0.6, True, _times("reading", "floor", "connector")),
    ),
    Goal(
        "reading on one cursor: times as fast as the official SDK",
        *("reading", 3.5, True, _times("reading", "sdk", "connector")),
    ),
    Goal("one cursor at 150 ms: times pages x latency", "waiting", 1.25, False, _of_latency),
    Goal(
        "eight ranges at 150 ms: times as fast as sequential requests + json",
        *("ranges", 3.5, True, _times("ranges", "requests-json", "ranges-8")),
    ),
    Goal(
        "whole audit: times as fast as the naive one",
        *("naive", 6.0, True, _times("naive", "audit-naive", "audit")),
    ),
    Goal(
        "whole audit: times as fast as requests + json merely downloading",
        *("audit", 1.5, True, _times("audit", "requests-json", "audit")),
    ),
    Goal(
        "audit of 200,000, two processors: times as fast as requests + json merely downloading",
        *("audit", 1.6, True, _audit_times("")),
    ),
    Goal(
        "audit of 200,000, one processor: times as fast as requests + json merely downloading",
        *("audit", 1.4, True, _audit_times(ON_ONE)),
    ),
    Goal(
        "audit of 200,000: times the processor time of requests + json merely downloading",
        *("audit", 0.7, False, _processor_times("audit", "audit", "requests-json", at=1)),
    ),
    Goal(
        "whole audit: share of the floor's speed",
        *("audit", 0.45, True, _times("audit", "floor", "audit")),
    ),
    Goal(
        "whole audit on one cursor: peak MiB",
        *("audit", 180, False, lambda parts: _first(parts["audit"])["audit"].peak_mib),
    ),
    Goal("whole audit on four ranges: peak MiB", "ranges", 256, False, _memory_of_ranges),
    Goal("from 100,000 mailboxes on: bytes a mailbox more", "audit", 100, False, _more_memory),
    Goal(
        f"50,000 mailboxes, {_MANY}: processor s",
        *("profiles", 10, False, _of_row("profiles", _MANY, "audit", "processor_s")),
    ),
    Goal(
        f"50,000 mailboxes, {_MANY}: peak MiB",
        *("profiles", 250, False, _of_row("profiles", _MANY, "audit", "peak_mib")),
    ),
    Goal(
        "from 2,000 configurations to 20,000: exponent of what they add",
        *("profiles", 1.1, False, _exponent_of_configurations),
    ),
    Goal(
        "100,000 mailboxes beside three listings of 200,000 accounts: processor s",
        *("accounts", 8, False, _of_row("accounts", "200,000", "audit", "processor_s")),
    ),
    Goal(
        "100,000 mailboxes beside three listings of 200,000 accounts: peak MiB",
        *("accounts", 200, False, _of_row("accounts", "200,000", "audit", "peak_mib")),
    ),
    Goal("from 200,000 accounts on: bytes an account", "accounts", 120, False, _bytes_an_account),
    Goal(
        "judging with findings made: times one call for each rule and mailbox",
        *("judging", 20, True, _times("judging", "judge-anew", "judge-once")),
    ),
    Goal(
        "rules asked and findings made: % of the audit's time",
        "judging",
        5,
        False,
        _share_of_judging,
    ),
    Goal("twice the rules: % more of the audit's time", "judging", 5, False, _doubled_rules),
    Goal(
        "JSON report: times as fast as json.dumps",
        *("writing", 2.5, True, _written("JSON", "json.dumps", "json report")),
    ),
    Goal(
        "CSV report: times as fast as csv.writer without escaping",
        *("writing", 0.9, True, _written("CSV", "csv.writer", "csv report")),
    ),
    Goal("writing findings: MiB more", "writing", 16, False, _most_of_writing),
    Goal(
        "--version: times `import typer`",
        *("start-up", 1.3, False, _times("start-up", "--version", "import typer")),
    ),
    Goal(
        "--help: times `import typer`",
        *("start-up", 2.5, False, _times("start-up", "--help", "import typer")),
    ),
    Goal(
        "rules: times the processor time of --version",
        *("start-up", 2.5, False, _processor_times("start-up", "rules", "--version")),
    ),
    Goal(
        "replay of 1,000,000: times the processor time of reading again",
        *("snapshot", 0.4, False, _processor_times("snapshot", "replay", "audit")),
    ),
    Goal(
        "why on that snapshot: times the processor time of its replay",
        *("snapshot", 0.1, False, _processor_times("snapshot", "why on the snapshot", "replay")),
    ),
    Goal(
        "why of 1,000,000, live: processor s",
        *("snapshot", 1, False, lambda parts: _first(parts["snapshot"])["why"].processor_s),
    ),
    Goal(
        "why of 1,000,000, live: requests",
        *("snapshot", 30, False, lambda parts: _first(parts["snapshot"])["why"].requests),
    ),
    Goal(
        "report of 1,000,000 mailboxes that fail, any format, by a straight line: peak MiB",
        *("failing", 160, False, _million_failing),
    ),
    Goal(
        "80 environments one after another: times the memory of one",
        *("environments", 1.15, False, _memory_of_environments(1)),
    ),
    Goal(
        "80 environments, eight at a time by two processes: times the memory of one",
        *("environments", 1.15, False, _memory_of_environments(2)),
    ),
    Goal(
        "5,000 mailboxes one by one by $batch at 50 ms: s",
        *("questions", 4, False, _seconds_of("$batch")),
    ),
    Goal(
        "200 mail domains, one in eight silent: s",
        *("questions", 20, False, _seconds_of("mail domains")),
    ),
)
