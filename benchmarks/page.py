"""The results as Markdown: tables, ratios, and bars that any reader of plain text sees."""

from collections.abc import Iterator

from benchmarks.goals import reached
from benchmarks.measurements import Measured
from benchmarks.running import Figures

_WIDTH = 30
_TITLES = {
    "reading": "Reading the mailbox table, one cursor, no latency",
    "waiting": "Reading from a server that takes its time",
    "ranges": "Ranges side by side",
    "audit": "The whole audit beside merely downloading",
    "naive": "The whole audit beside the naive one",
    "growth": "More mailboxes",
    "configurations": "More distinct configurations",
    "profiles": "More profiles, and thousands of configurations",
    "accounts": "More accounts of the tenant",
    "rules": "More rules",
    "judging": "Judging, with every finding made",
    "writing": "Writing findings (the memory is what writing adds)",
    "start-up": "Start-up",
    "snapshot": "Reading again, a snapshot, and one mailbox",
    "failing": "Reports of mailboxes that all fail, with their audit",
    "environments": "More environments",
    "questions": "Many small questions to servers that take their time",
}
_BASES = {"reading": "requests-json", "waiting": "requests-json", "audit": "requests-json"}
_BASES |= {"naive": "audit-naive", "start-up": "import typer", "ranges": "requests-json"}
_BASES |= {"judging": "judge-anew", "snapshot": "audit"}


def page(measured: Measured) -> str:
    """The whole page."""
    return "\n".join(_lines(measured)) + "\n"


def _lines(measured: Measured) -> Iterator[str]:
    yield "# Performance"
    yield ""
    yield f"Measured on {measured.taken_at} ({measured.size} run) with `python -m benchmarks`:"
    yield "; ".join(f"{name} {value}" for name, value in measured.machine.items()) + "."
    yield "Contenders take turns against one server on the same machine, each in a process of its"
    yield "own; times are the least of the rounds. Only ratios within one table mean something."
    yield "What commands of their own measure, and why some bounds are not met, stands in"
    yield "[benchmarks/README.md](../benchmarks/README.md)."
    if not measured.sdk:
        yield ""
        yield "The official SDK (`pip install PowerPlatform-Dataverse-Client`) was not installed."
    goals = list(reached(measured))
    if goals and measured.size == "whole":
        yield ""
        yield "## Goals"
        yield ""
        yield "| goal | bound | measured | met |"
        yield "|---|---|--:|---|"
        for goal in goals:
            yield f"| {' | '.join(goal)} |"
    for part, tables in measured.parts.items():
        yield ""
        yield f"## {_TITLES[part]}"
        for name, contenders in tables.items():
            yield from _table(part, name, list(contenders.values()))
        if len(tables) > 2:
            yield from _curve({name: list(each.values())[-1] for name, each in tables.items()})


def _table(part: str, name: str, contenders: list[Figures]) -> Iterator[str]:
    base = next((each for each in contenders if each.name == _BASES.get(part)), None)
    if part == "writing":
        base = contenders[0]
    yield ""
    yield f"| {name} | least s | median s | processor s | rows/s | times as fast | peak MiB |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    for each in contenders:
        speed = f"{each.rows_a_second:,.0f}" if each.rows else ""
        ratio = f"{base.least_s / each.least_s * _rows_ratio(each, base):.2f}" if base else ""
        memory = f"{each.peak_mib:.0f}" if each.peak_mib else ""
        took = f"{each.processor_s:.2f}" if each.processor_s else ""
        times = [f"{each.least_s:.3f}", f"{each.median_s:.3f}", took]
        cells = [each.name, *times, speed, ratio, memory]
        yield f"| {' | '.join(cells)} |"
    for each in contenders:
        if each.asking_rules_s:
            yield from _judging(each)


def _judging(watched: Figures) -> Iterator[str]:
    """How much of its time an audit judged, by the clock and of what its processes took."""
    yield ""
    yield f"| within {watched.name} | s | % by the clock | % of processor time |"
    yield "|---|--:|--:|--:|"
    for name, seconds in (
        ("rules asked", watched.asking_rules_s),
        ("findings made", watched.making_findings_s),
        ("rows kept for findings, while pages come", watched.keeping_rows_s),
        ("the whole audit", watched.least_s),
    ):
        by_the_clock = 100 * seconds / watched.least_s
        of_processors = 100 * seconds / watched.processor_s
        told = f"{of_processors:.1f}" if seconds < watched.least_s else ""
        yield f"| {name} | {seconds:.3f} | {by_the_clock:.1f} | {told} |"


def _rows_ratio(each: Figures, base: Figures) -> float:
    return each.rows / base.rows if each.rows and base.rows else 1.0


def _curve(points: dict[str, Figures]) -> Iterator[str]:
    longest = max(each.least_s for each in points.values())
    yield ""
    yield "```"
    for name, each in points.items():
        bar = "#" * max(1, round(each.least_s / longest * _WIDTH))
        yield f"{name:>12}  {each.least_s:8.2f} s  {each.peak_mib:5.0f} MiB  {bar}"
    yield "```"
