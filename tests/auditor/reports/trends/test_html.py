"""A trend is drawn with a line for each standing, in the colours of the report."""

import io
import re

from auditor.history.runs import Numbers, StoredRun
from auditor.reports.shared.policy import policy
from auditor.reports.trends import html


def run(day: int, **numbers: int) -> StoredRun:
    began = f"2026-11-{day:02}T03:00:00Z"
    return StoredRun(
        id=f"run-{day}",
        environment="contoso",
        started_at=began,
        finished_at=began,
        as_of=f"2026-11-{day:02}",
        tool_version="0.1.0",
        edition="online",
        complete=True,
        numbers=Numbers(**numbers),
    )


def page(*runs: StoredRun) -> str:
    out = io.BytesIO()
    html.write(runs, "trend", out)
    return out.getvalue().decode()


def test_a_trend_has_a_line_for_each_standing() -> None:
    text = page(run(1, working=10, unsupported=30), run(2, working=0, broken=10, unsupported=30))
    for standing in ("works", "unsupported", "broken", "unknown"):
        assert f'<polyline class="{standing}"' in text
        assert f'<li class="chip {standing}">' in text
    assert 'class="broken" fill="none" stroke-width="2.5"' in text
    assert 'points="0.0,200.0 800.0,133.3"' in text
    assert "0 to 30 mailboxes, from 2026-11-01T03:00:00Z to 2026-11-02T03:00:00Z." in text


def test_one_run_is_a_line_and_none_with_mailboxes_is_no_division_by_zero() -> None:
    text = page(run(1))
    assert 'aria-label="Mailboxes by standing over 1 run"' in text
    assert 'points="0.0,200.0 800.0,200.0"' in text


def test_a_page_without_a_script_allows_its_own_style_alone() -> None:
    text = page(run(1), run(2))
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    assert f'Content-Security-Policy" content="{policy(style)}"' in text
    assert "style=" not in text
