"""A report read line by line tells what it tells when read whole, or is left to that."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.reports.published import loading
from auditor.reports.published.loading import ReportNotRead, load_report
from auditor.reports.published.report_lines import MEMBERS, ReportLines
from tests.auditor.reports.audits import audit_of, hostile, many, nothing, written

REPORTS = {each.__name__: written("json", each()).encode() for each in (audit_of, nothing, hostile)}
REPORTS["many"] = written("json", many(600)).encode()


def told(path: Path) -> Any:
    """All that a report tells, or that it is refused."""
    try:
        found = load_report(path)
    except ReportNotRead as refusal:
        return str(refusal)
    parts = [[*found.causes()], [*found.mailboxes()], [*found.findings()]]
    return parts, found.cause_count, found.undetermined_open, found.summary, found.notes


def told_whole(path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    with monkeypatch.context() as patch:
        patch.setattr(loading, "_load_by_lines", lambda *_: None)
        return told(path)


@pytest.mark.parametrize("name", REPORTS)
def test_what_was_written_is_read_line_by_line(tmp_path, monkeypatch, name) -> None:
    path = tmp_path / "audit.json"
    path.write_bytes(REPORTS[name])
    seen: list[tuple[str, Any]] = []
    lines = ReportLines(path, lambda *each: seen.append(each))
    whole = json.loads(REPORTS[name])
    assert {member: sum(each[0] == member for each in seen) for member in MEMBERS} == {
        member: len(whole[member]) for member in MEMBERS
    }
    assert json.loads(lines.head) == {**whole, **{member: [] for member in MEMBERS}}
    assert told(path) == told_whole(path, monkeypatch)


def test_two_streams_do_not_disturb_each_other(tmp_path) -> None:
    path = tmp_path / "audit.json"
    path.write_bytes(REPORTS["many"])
    found = load_report(path)
    assert all(one == other for one, other in zip(found.findings(), found.findings(), strict=True))


def test_a_report_that_is_replaced_meanwhile_is_read_on(tmp_path) -> None:
    path, other = tmp_path / "audit.json", tmp_path / "other.json"
    path.write_bytes(REPORTS["many"])
    found = load_report(path)
    before = [*found.findings()]
    other.write_bytes(REPORTS["nothing"])
    other.replace(path)
    assert [*found.findings()] == before


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"\n]", b",\n]"),
        (b",\n{", b"\n{"),
        (b'"findings":[\n', b'"findings":[\n\n'),
        (b"}\n", b',"findings":[]}\n'),
        (b"}\n", b'}\n{"findings":[]}'),
        (b'{"schema_version"', b'{"beside":{"causes":[\n]},"schema_version"'),
        (b'{"schema_version"', b'{"c\\u0061uses":[\n],"schema_version"'),
        (b'"summary":', b'"sum":'),
        (b'"1.1"', b'"2.0"'),
    ],
)
def test_whatever_is_not_as_written_is_read_whole(tmp_path, monkeypatch, before, after) -> None:
    path = tmp_path / "audit.json"
    assert before in REPORTS["many"]
    path.write_bytes(after.join(REPORTS["many"].rsplit(before, 1)))
    assert told(path) == told_whole(path, monkeypatch)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    name=st.sampled_from(["audit_of", "hostile"]),
    places=st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=3)), min_size=1, max_size=3),
)
def test_no_damage_makes_the_two_disagree(tmp_path, monkeypatch, name, places) -> None:
    content = REPORTS[name]
    for share, other in places:
        at = int(share * len(content))
        content = content[:at] + other + content[at + len(other) :]
    path = tmp_path / "audit.json"
    path.write_bytes(content)
    assert told(path) == told_whole(path, monkeypatch)
