"""The overview in each format tells the same, and shows what an environment is called as text."""

import json

import pytest
from msgspec.structs import replace

from auditor.fleet.collector import Collector
from auditor.fleet.overview import Overview
from auditor.fleet.overview_formats import FORMATS, changes, headline
from auditor.model import Audit, SourceOf
from tests.auditor.fleet.test_collector import NOW, of

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
    assert "2 of them not read completely" in page


def test_what_is_not_known_is_not_called_nothing() -> None:
    assert {changes(row) for row in overview().rows} == {"not known"}


def with_standing(name: str, **changed: int) -> Audit:
    audit = of(name, complete=True)
    standing = replace(audit.summary.standing, **changed)
    return replace(audit, summary=replace(audit.summary, standing=standing))


def unread(name: str) -> Audit:
    """Of its mailboxes nothing came."""
    audit = with_standing(name, synchronizing=0, working=0, broken=0, unknown=0, unsupported=0)
    failed = SourceOf("dynamics.mailboxes", "failed", 0, 1, "The server answered 403.", "")
    summary = replace(audit.summary, mailboxes=0)
    return replace(audit, sources=(failed,), summary=summary, complete=False)


def test_mailboxes_that_were_not_read_are_not_counted_as_none() -> None:
    collector = Collector()
    collector.add(unread("b"), 3)
    alone = collector.overview(NOW)
    assert alone.rows[0].standing is None
    first = "1 environment, which was not read completely: "
    assert headline(alone) == f"{first}how many mailboxes are meant to synchronize is unknown."
    assert "auditor_fleet_mailboxes{" not in FORMATS["prometheus"](alone).decode()
    assert "|  |  |  |  |" in FORMATS["markdown"](alone).decode()
    collector.add(with_standing("a"), 0)
    first = "2 environments, 1 of them not read completely: of 41 mailboxes that are known to be "
    assert headline(collector.overview(NOW)).startswith(f"{first}meant to synchronize, ")


def test_mailboxes_that_may_be_meant_to_synchronize_are_told() -> None:
    collector = Collector()
    collector.add(with_standing("a", unknown=1, undecided=1234), 0)
    overview = collector.overview(NOW)
    assert headline(overview).startswith("1 environment: of 41 mailboxes that are meant to ")
    assert headline(overview).endswith("; of 1,234 more it is unknown whether they are.")
    assert 'standing="undecided"} 1234' in FORMATS["prometheus"](overview).decode()
    assert "| 1235 |" in FORMATS["markdown"](overview).decode()
    assert ">1235</td>" in FORMATS["html"](overview).decode()
