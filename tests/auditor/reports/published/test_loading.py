"""A JSON report reads back as the audit it was written of, and a hostile one is refused."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from auditor.model import Audit, Coverage, Finding, RootCause, Standing, Subject, Waived
from auditor.reports import formats
from auditor.reports.published import loading
from auditor.reports.published.loading import WITHOUT_STANDING, ReportNotRead, load_report
from rules.bearing import every_mailbox
from rules.edition import load
from rules.verdict import NotApplicable
from tests.auditor.reports.audits import (
    APPROVAL,
    CAUSES,
    FAILING,
    FINDINGS,
    MAILBOXES,
    PROFILE,
    RULES,
    audit_of,
    finding,
    hostile,
    mailbox,
    many,
    nothing,
    odd_profile,
    refused,
    result,
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


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
def test_a_pipe_that_nobody_writes_into_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ReportNotRead, match="this is a pipe or a device"):
        load_report(tmp_path / "pipe")


def report_of(audit: Audit) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(written("json", audit))
    return report


def loaded(file: Path, report: dict[str, Any]) -> Audit:
    """The audit of a report in another layout, which is read whole."""
    file.write_text(json.dumps(report), "utf-8")
    return load_report(file)


OPEN = finding(APPROVAL, mailbox(1), "undetermined")
WAIVED = replace(OPEN, waived=Waived("why", "2027-01-01"))
FAILS = finding(APPROVAL, mailbox(1))


@pytest.mark.parametrize(
    ("listed", "is_open"),
    [
        ([OPEN], True),
        ([WAIVED], False),
        ([FAILS], False),
        ([OPEN, WAIVED, FAILS], True),
        ([], False),
    ],
)
def test_what_is_left_open_is_known_in_either_layout(file, listed, is_open):
    audit = audit_of(listed)
    file.write_text(written("json", audit), "utf-8")
    assert load_report(file).undetermined_open is is_open
    again = loaded(file, report_of(audit))
    assert again.undetermined_open is is_open
    assert list(again.findings()) == listed


def test_a_report_in_another_layout_is_the_same_audit(file):
    audit = loaded(file, report_of(audit_of()))
    assert tuple(audit.findings()) == tuple(audit.findings()) == FINDINGS
    assert tuple(audit.causes()) == CAUSES
    assert audit.cause_count == len(CAUSES)
    assert tuple(audit.mailboxes()) == MAILBOXES
    assert audit.notes == audit_of().notes
    assert audit.summary == audit_of().summary


def test_a_report_as_it_was_written_counts_its_causes(file):
    file.write_text(written("json", audit_of()), "utf-8")
    audit = load_report(file)
    assert (audit.cause_count, tuple(audit.causes())) == (len(CAUSES), CAUSES)
    assert tuple(audit.mailboxes()) == MAILBOXES


def test_another_version_in_the_same_layout_is_read_too(file):
    text = written("json", audit_of())
    file.write_text(text.replace('"schema_version":"1.1"', '"schema_version":"1.7"'), "utf-8")
    assert file.read_text("utf-8") != text
    assert tuple(load_report(file).findings()) == FINDINGS


def test_a_report_in_the_same_layout_that_does_not_say_how_mailboxes_stand(file):
    audit = audit_of()
    report = report_of(audit)
    said = json.dumps(report["summary"]["standing"], separators=(",", ":"), ensure_ascii=False)
    text = written("json", audit)
    file.write_text(text.replace(f',"standing":{said}', ""), "utf-8")
    assert file.read_text("utf-8") != text
    assert load_report(file).notes == (*audit.notes, WITHOUT_STANDING)


def without_standing(listed: list[Finding], coverage: Coverage) -> dict[str, Any]:
    summary = replace(audit_of().summary, coverage=coverage)
    report = report_of(audit_of(listed, summary=summary))
    del report["summary"]["standing"]
    return report


def test_of_mailboxes_that_a_report_says_nothing_of_an_error_alone_breaks_one(file):
    listed = [
        FAILS,
        replace(FAILS, rule=FAILING),
        finding(APPROVAL, mailbox(2), waived=Waived("why", "2027-01-01")),
        finding(APPROVAL, mailbox(3), "undetermined"),
        replace(finding(APPROVAL, mailbox(4)), severity="warning"),
        finding(FAILING, PROFILE),
        finding(APPROVAL, mailbox(5)),
    ]
    standing = loaded(file, without_standing(listed, Coverage(1, 1, 0, 6, 8))).summary.standing
    assert standing == Standing(6, 0, 2, 4, {"reason not in the report": 2})


def test_no_more_are_broken_than_synchronize_and_none_is_left_over(file):
    listed = [FAILS, finding(APPROVAL, mailbox(2))]
    standing = loaded(file, without_standing(listed, Coverage(1, 1, 0, 1, 1))).summary.standing
    assert standing == Standing(1, 0, 1, 0, {})
    odd = loaded(file, without_standing([], Coverage(1, 1, 0, 2, 1))).summary.standing
    assert odd == Standing(2, 0, 0, 2, {})


def test_causes_of_the_first_version_are_read_in_todays_shape(file):
    def earlier(rule: str) -> dict[str, Any]:
        subject = {"kind": "mailbox", "id": "m-1"}
        return {"rule": rule, "subject": subject, "clears": 3, "affected": 7, "remedy": "Fix."}

    report = report_of(audit_of())
    report.update(schema_version="1.0", causes=[earlier(APPROVAL), earlier("of-a-newer-release")])
    known, unknown = loaded(file, report).causes()
    subject = Subject("mailbox", "m-1")
    assert known == RootCause(
        f"mailbox:m-1:{APPROVAL}", subject, (APPROVAL,), RULES[APPROVAL].effect,
        RULES[APPROVAL].severity, 7, 0, "Fix.", ("Fix.",),
    )  # fmt: skip
    assert (unknown.effect, unknown.severity) == ("advice", "note")
    assert RULES[APPROVAL].effect != "advice"
    report["causes"][1]["affected"] = -1
    with pytest.raises(ReportNotRead, match=r"cause 2 .*affected"):
        loaded(file, report)


def test_what_this_release_knows_of_a_rule_completes_the_report(file):
    every = tuple(result(id) for id in RULES)
    assert tuple(each.rule for each in loaded(file, report_of(audit_of(rules=every))).rules) == (
        tuple(RULES.values())
    )
    report = report_of(audit_of())
    first, second, *_ = report["rules"]
    del first["effect"]
    second.update(effect="exposes")
    known, told, *_ = (each.rule for each in loaded(file, report).rules)
    assert known == RULES[first["id"]]
    assert told == replace(RULES[second["id"]], effect="exposes")


def test_a_rule_of_another_release_is_known_by_the_report_alone(file):
    report = report_of(audit_of())
    report["rules"][0].update(id="of-a-newer-release", statements=["a-statement"])
    del report["rules"][0]["effect"]
    result = loaded(file, report).rules[0]
    rule = result.rule
    assert (rule.id, rule.repair, rule.effect) == ("of-a-newer-release",) * 2 + ("advice",)
    assert rule.bears_on is every_mailbox
    assert (rule.inferred, rule.decisive) == (False, False)
    assert (rule.subject, rule.population, rule.remedy) == ("", "all", "")
    assert (rule.source, rule.doc, rule.thresholds, rule.needs) == ("", "", (), ())
    assert rule.statements == result.statements == ("a-statement",)
    assert isinstance(rule.check(), NotApplicable)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda r: r["causes"][1].update(mailboxes="x"), "cause 2 .*mailboxes"),
        (lambda r: r["mailboxes"][1].update(standing="works"), "mailbox 2 .*standing"),
        (lambda r: r.update(schema_version="10.1"), "reads 1.x"),
        (lambda r: r.update(schema_version="1.x"), "schema_version"),
    ],
)
def test_every_part_is_held_against_the_shape(file, change, complaint):
    file.write_bytes(spoiled(change))
    with pytest.raises(ReportNotRead, match=complaint):
        load_report(file)


def test_a_report_as_large_as_the_limit_is_read(file):
    content = json.dumps(report_of(audit_of())).encode()
    file.write_bytes(content)
    assert tuple(load_report(file, len(content)).findings()) == FINDINGS
    with pytest.raises(ReportNotRead, match="write a smaller one with --only"):
        load_report(file, len(content) - 1)


def test_the_limit_counts_what_is_held_in_memory_of_a_report_by_lines(file):
    file.write_text(written("json", many(3000)), "utf-8")
    size = file.stat().st_size
    assert load_report(file, size // 2).cause_count == 3000


def test_a_refusal_names_its_file(file):
    with pytest.raises(ReportNotRead) as refusal:
        load_report(file)
    assert refusal.value.path == file


def test_causes_of_today_in_a_report_of_the_first_version_are_refused(file):
    text = written("json", audit_of())
    file.write_text(text.replace('"schema_version":"1.1"', '"schema_version":"1.0"'), "utf-8")
    with pytest.raises(ReportNotRead, match=r"cause 1 .*rule"):
        load_report(file)


def test_a_version_is_shown_in_short(file):
    file.write_text(json.dumps({"schema_version": "2." + "0" * 50}), "utf-8")
    with pytest.raises(ReportNotRead, match=f"schema_version is '2.{'0' * 18}', and"):
        load_report(file)


def test_what_is_nested_too_deeply_is_said_to_be(file):
    file.write_bytes(b'{"schema_version": "1.0", "x": ' + b"[" * 5_000_000)
    with pytest.raises(ReportNotRead, match="nested too deeply to be a report"):
        load_report(file)


def test_lines_that_are_too_long_for_memory_are_read_whole(file, monkeypatch):
    whole = []
    read = loading._load_whole
    monkeypatch.setattr(loading, "_load_whole", lambda *of: whole.append(of) or read(*of))
    file.write_text(written("json", audit_of()), "utf-8")
    load_report(file)
    assert whole == []
    monkeypatch.setattr(loading, "LONGEST_BYTES", 100)
    assert tuple(load_report(file).findings()) == FINDINGS
    assert len(whole) == 1
