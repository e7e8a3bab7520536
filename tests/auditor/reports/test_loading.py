"""A JSON report reads back as the audit it was written of, and a hostile one is refused."""

import json
from pathlib import Path

import pytest

from auditor.reports import formats
from auditor.reports.shared.loading import WITHOUT_STANDING, ReportNotRead, load_report
from rules.edition import load
from tests.auditor.reports.audits import (
    FINDINGS,
    audit_of,
    hostile,
    many,
    nothing,
    odd_profile,
    refused,
    written,
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "audit.json"


@pytest.mark.parametrize("audit", [audit_of, nothing, odd_profile, refused, lambda: many(300)])
@pytest.mark.parametrize("format", formats())
def test_every_format_is_the_same_from_the_report_as_from_the_run(file, audit, format):
    file.write_text(written("json", audit()), "utf-8")
    assert written(format, load_report(file), 1) == written(format, audit(), 1)


def test_findings_stream_again_and_again(file):
    file.write_text(written("json", audit_of()), "utf-8")
    audit = load_report(file)
    assert tuple(audit.findings()) == tuple(audit.findings()) == FINDINGS
    assert audit.edition == load("customer-engagement-9")
    assert audit.undetermined_open


def test_an_unknown_rule_and_edition_are_known_by_what_the_report_says(file):
    report = json.loads(written("json", audit_of()))
    report["rules"][0]["id"] = report["findings"][0]["rule"] = "of-a-newer-release"
    report["environment"]["edition"] = "of-a-newer-release"
    report["rules"][0]["added_later"] = report["schema_version"] = "1.7"
    file.write_text(json.dumps(report), "utf-8")
    audit = load_report(file)
    assert audit.edition is None
    assert audit.rules[0].rule.title == "Exchange Online is reached by impersonation"
    assert "error[of-a-newer-release] Exchange Online" in written("terminal", audit)


def test_a_report_that_does_not_say_how_mailboxes_stand_shows_none_as_working(file):
    report = json.loads(written("json", audit_of()))
    del report["summary"]["standing"], report["notes"]
    file.write_text(json.dumps(report), "utf-8")
    audit = load_report(file)
    standing = audit.summary.standing
    assert (standing.synchronizing, standing.working, standing.broken, standing.unknown) == (
        41, 0, 1, 40
    )  # fmt: skip
    assert sum(standing.not_in_use.values()) == 4
    assert audit.notes == (WITHOUT_STANDING,)


def test_hostile_text_reads_back_and_is_escaped_again(file):
    file.write_text(written("json", hostile()), "utf-8")
    assert "\x1b" not in written("terminal", load_report(file))


def spoiled(change) -> bytes:
    report = json.loads(written("json", audit_of()))
    change(report)
    return json.dumps(report).encode()


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"<html>", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[]", "not of the published shape"),
        (b"{}", "schema_version"),
        (b'{"schema_version": "2.0"}', "reads 1.x"),
        (b'{"schema_version": "1.0"}', "missing required field"),
        (b'{"schema_version": "1.0", "x": ' + b"[" * 200_000, "nested too deeply|not JSON"),
        (spoiled(lambda r: r["findings"].append({})), "finding 6 .*missing required field"),
        (spoiled(lambda r: r["findings"][2].update(verdict="pass")), r"finding 3 .*verdict"),
        (spoiled(lambda r: r["findings"][0]["subject"].update(name=5)), r"finding 1 .*name"),
        (spoiled(lambda r: r["summary"].update(mailboxes=-1)), r"summary\.mailboxes"),
        (spoiled(lambda r: r.update(findings={})), "findings"),
    ],
)
def test_what_is_no_report_is_refused_with_the_place(file, content, complaint):
    file.write_bytes(content)
    with pytest.raises(ReportNotRead, match=complaint) as refusal:
        load_report(file)
    assert str(refusal.value).startswith(f"{file}: ")


def test_a_file_over_the_limit_is_refused(file):
    file.write_text(written("json", audit_of()), "utf-8")
    with pytest.raises(ReportNotRead, match="over 1,000 bytes"):
        load_report(file, largest_bytes=1000)


def test_a_file_that_cannot_be_read_says_why(file, tmp_path):
    with pytest.raises(ReportNotRead, match="there is no such file"):
        load_report(file)
    with pytest.raises(ReportNotRead, match="directory"):
        load_report(tmp_path)
    with pytest.raises(ReportNotRead, match="no usable path"):
        load_report("a\0b")
