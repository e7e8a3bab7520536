"""The overview in each format tells the same, and shows what an environment is called as text."""

import json

import pytest

from auditor.fleet.overview import Collector, Overview
from auditor.fleet.overview_formats import FORMATS, changes, headline
from tests.auditor.fleet.test_overview import NOW, of

HOSTILE = '<img src=x onerror="alert(1)">|`'


def overview() -> Overview:
    collector = Collector({"a": {"stage": 'pro"duction'}})
    collector.add(of("a"), 1, "reports/a b.html")
    collector.add(of(HOSTILE, complete=False), 3, problem="a table was not read")
    collector.fail("late", 75, "another run holds its lock")
    return collector.overview(NOW)


def test_json_has_a_row_for_each_environment() -> None:
    content = json.loads(FORMATS["json"](overview()))
    rows = {row["environment"]: row for row in content["environments"]}
    assert set(rows) == {"a", HOSTILE, "late"}
    required = {"environment", "complete", "standing", "report", "changed", "first_cause"}
    assert all(required <= set(row) for row in rows.values())
    assert rows["late"]["standing"] is None
    assert rows["a"]["report"] == "reports/a b.html"


def test_markdown_keeps_to_its_table() -> None:
    lines = FORMATS["markdown"](overview()).decode().splitlines()
    table = [line for line in lines if line.startswith("|")]
    assert len(table) == 2 + 3
    unescaped = [line.replace("\\|", "").count("|") for line in table]
    assert set(unescaped) == {8}
    assert "[a](<reports/a b.html>)" in table[2] + table[3] + table[4]


def test_metrics_are_labelled_and_escaped() -> None:
    text = FORMATS["prometheus"](overview()).decode()
    assert 'auditor_fleet_complete{environment="a",stage="pro\\"duction"} 1' in text
    assert 'auditor_fleet_complete{environment="late"} 0' in text
    assert 'auditor_fleet_mailboxes{environment="late"' not in text


def test_html_shows_every_name_as_text() -> None:
    page = FORMATS["html"](overview()).decode()
    assert "<img" not in page
    assert "default-src &#39;none&#39;" in page
    assert 'href="reports/a%20b.html"' in page


@pytest.mark.parametrize("form", ["html", "markdown"])
def test_the_sentence_stands_first(form: str) -> None:
    page = FORMATS[form](overview()).decode()
    assert headline(overview()) in page
    assert "3 environments" in page
    assert "2 of them were not read completely." in page


def test_what_is_not_known_is_not_called_nothing() -> None:
    assert {changes(row) for row in overview().rows} == {"not known"}
