"""A trend fits a screen of 80 columns, and holds every column elsewhere."""

import io

from msgspec.structs import replace

from auditor.reports.trends import tables
from tests.auditor.reports.trends.test_html import run

RUNS = [run(1, working=12_345, unsupported=199, errors=118, undetermined=309), run(2, working=1)]


def test_on_a_screen_columns_that_can_be_spared_are_left_out() -> None:
    out = io.BytesIO()
    tables.terminal(RUNS, "trend", out)
    lines = out.getvalue().decode().splitlines()
    assert max(map(len, lines)) <= 80
    assert [line.split()[:4] for line in lines[1:4]] == [
        ["Began", "Work", "Broken", "Unknown"],
        ["2026-11-01T03:00:00Z", "12,345", "0", "0"],
        ["2026-11-02T03:00:00Z", "1", "0", "0"],
    ]


def test_markdown_holds_every_column() -> None:
    out = io.BytesIO()
    tables.markdown(RUNS, "trend", out)
    assert "| Synchronizing | Work | Broken |" in out.getvalue().decode()


def test_a_list_has_all_environments_in_one_table_and_a_trend_one_each() -> None:
    other = replace(RUNS[1], environment="fabrikam")
    runs = [RUNS[0], other, RUNS[1]]
    assert tables.by_environment(runs, "list") == [("", runs)]
    own = RUNS[0].environment
    assert tables.by_environment(runs, "trend") == [
        (own, [RUNS[0], RUNS[1]]),
        ("fabrikam", [other]),
    ]
