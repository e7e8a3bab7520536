"""The stored runs as a page: a table, and for a trend a plot that needs no script."""

from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO

from auditor.history.runs import Numbers, StoredRun
from auditor.reports.differences.html import page
from auditor.reports.shared.markup import safe, table
from auditor.reports.shared.text import text_stream
from auditor.reports.trends.tables import by_environment, head, row

WIDTH, HEIGHT = 800, 220
_LINES: tuple[tuple[str, str, Callable[[Numbers], int]], ...] = (
    ("work", "#2e7d32", lambda numbers: numbers.working),
    ("broken", "#c62828", lambda numbers: numbers.broken),
    ("unknown", "#8a6d00", lambda numbers: numbers.unknown),
)


def write(runs: Sequence[StoredRun], action: str, out: BinaryIO) -> None:
    """Write the page."""
    title = "Stored runs" if action == "list" else "Trend of the stored runs"
    with text_stream(out) as text:
        text.writelines(page(title, _body(runs, action)))


def _body(runs: Sequence[StoredRun], action: str) -> Iterator[str]:
    for environment, own in by_environment(runs, action):
        if environment:
            yield f"<h2>{safe(environment)}</h2>\n"
        if action == "trend":
            yield from _plot(own)
        rows = (map(safe, row(each, action)) for each in own)
        yield from table("The oldest first", head(action), rows)


def _plot(runs: Sequence[StoredRun]) -> Iterator[str]:
    """A line for each standing over the runs, with a legend in words."""
    most = max((of(run.numbers) for run in runs for _, _, of in _LINES), default=0) or 1
    step = WIDTH / max(1, len(runs) - 1)
    yield (
        f'<svg viewBox="0 -10 {WIDTH} {HEIGHT + 40}" role="img" width="100%"'
        f' aria-label="Mailboxes by standing over {len(runs)} runs">\n'
    )
    for at, (name, colour, of) in enumerate(_LINES):
        points = " ".join(
            f"{place * step:.1f},{HEIGHT - HEIGHT * of(run.numbers) / most:.1f}"
            for place, run in enumerate(runs)
        )
        yield f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="{points}"/>\n'
        yield f'<text x="{at * 120}" y="{HEIGHT + 22}" fill="{colour}">{name}</text>\n'
    yield f'<text x="{WIDTH}" y="4" text-anchor="end" fill="currentColor">{most:,}</text>\n'
    yield "</svg>\n"
