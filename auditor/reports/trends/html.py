"""The stored runs as a page: a table, and for a trend a plot that needs no script."""

from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO

from auditor.history.runs import Numbers, StoredRun
from auditor.reports.differences.html import page
from auditor.reports.shared.markup import safe, table
from auditor.reports.shared.text import text_stream
from auditor.reports.trends.tables import by_environment, head, row
from rules.counting import counted

WIDTH, HEIGHT, EDGE = 800, 200, 4
_LINES: tuple[tuple[str, str, Callable[[Numbers], int]], ...] = (
    ("works", "Works", lambda numbers: numbers.working),
    ("unsupported", "Works, unsupported", lambda numbers: numbers.unsupported),
    ("broken", "Broken", lambda numbers: numbers.broken),
    ("unknown", "Unknown", lambda numbers: numbers.unknown),
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
    """A line for each standing over the runs, under what its colour means."""
    most = max((of(run.numbers) for run in runs for _, _, of in _LINES), default=0)
    step = WIDTH / max(1, len(runs) - 1)
    yield '<ul class="key">'
    yield from (f'<li class="chip {standing}">{label}</li>' for standing, label, _ in _LINES)
    yield (
        "</ul>\n"
        # It is as wide as the page, and its lines stay as thick as they are.
        f'<svg viewBox="0 {-EDGE} {WIDTH} {HEIGHT + 2 * EDGE}" preserveAspectRatio="none"'
        f' width="100%" height="{HEIGHT}" role="img"'
        f' aria-label="Mailboxes by standing over {counted(len(runs), "run", "runs")}">\n'
    )
    for standing, _, of in _LINES:
        heights = [HEIGHT - HEIGHT * of(run.numbers) / (most or 1) for run in runs]
        # One run alone is a line from edge to edge.
        heights = heights * 2 if len(heights) == 1 else heights
        points = " ".join(f"{at * step:.1f},{height:.1f}" for at, height in enumerate(heights))
        yield (
            f'<polyline class="{standing}" fill="none" stroke-width="2.5"'
            f' vector-effect="non-scaling-stroke" points="{points}"/>\n'
        )
    yield "</svg>\n"
    if runs:
        yield (
            f'<p class="quiet">0 to {counted(most, "mailbox", "mailboxes")}, from'
            f" {safe(runs[0].started_at)} to {safe(runs[-1].started_at)}.</p>\n"
        )
