"""The demo is the whole program: a tenant in another process, read over HTTPS and judged."""

import datetime
import json
import re
import stat
from collections import Counter
from pathlib import Path

import jsonschema

from auditor.reports.published.schema import shipped
from rules.edition import load
from tests.end_to_end.conftest import Call, call, finished, process


def test_demo_audits_a_tenant_and_leaves_nothing_running(tmp_path: Path) -> None:
    demo = finished(process("demo", "--report", "json=demo.json", "--report", "terminal"))
    assert demo.code == 0
    split = (
        r"auditor: contoso took [\d.]+ s: reading [\d.]+ s, judging [\d.]+ s, reporting [\d.]+ s"
    )
    assert re.fullmatch(split, demo.err.strip())
    assert "mailboxes are meant to synchronize" in demo.out
    assert "auditor why" not in demo.out, "the tenant is gone by then"
    assert stat.S_IMODE((tmp_path / "demo.json").stat().st_mode) == 0o600
    report = json.loads((tmp_path / "demo.json").read_bytes())
    assert report["summary"]["severities"]["error"] > 0
    address = report["environment"]["url"]
    again = tmp_path / "again.toml"
    again.write_text(
        f'[environments.contoso]\nurl = "{address}"\n'
        '[environments.contoso.auth]\nmethod = "ntlm"\n'
        'username = "A\\\\b"\npassword = "file:again.toml"\n',
        "utf-8",
    )
    gone = call("run", "--config", again, "--report", "json")
    assert gone.code == 3


def test_a_scheduled_run_says_nothing_beside_its_report(
    contoso_run: Call, contoso_toml: Path
) -> None:
    assert contoso_run.err == ""
    timed = call("run", "--config", contoso_toml, "--verbose", "--rule", "no-default-profile")
    assert "reading" in timed.err.splitlines()[-1]
    quiet = finished(process("demo", "--quiet", "--rule", "no-default-profile"))
    assert quiet.err == ""


def test_report_is_of_the_published_shape(contoso_run: Call) -> None:
    jsonschema.Draft202012Validator(json.loads(shipped())).validate(contoso_run.report)


def test_every_failing_finding_shows_what_it_rests_on(contoso_run: Call) -> None:
    failing = [each for each in contoso_run.report["findings"] if each["verdict"] == "fail"]
    assert failing
    for finding in failing:
        assert finding["evidence"], finding["rule"]
        for each in finding["evidence"]:
            assert each["source"], finding["rule"]
            assert each["field"], finding["rule"]
            assert each["read_at"], finding["rule"]
            read_at = datetime.datetime.fromisoformat(each["read_at"])
            assert read_at.tzinfo or not each["source"].startswith("dynamics."), each
            assert each["record"], (finding["rule"], each)
            assert "value" in each


def test_little_stays_open(contoso_run: Call) -> None:
    counts = contoso_run.report["summary"]["verdicts"]
    judged = counts["pass"] + counts["fail"] + counts["undetermined"]
    assert counts["undetermined"] / judged < 0.0285


def test_every_statement_of_the_edition_is_answered(contoso_run: Call) -> None:
    report = contoso_run.report
    assert report["environment"]["edition"] == "online"
    answered = [each["id"] for each in report["statements"]]
    assert sorted(answered) == sorted(each.id for each in load("online").statements)


def test_served_tenant_gives_any_command_what_the_demo_finds(tmp_path: Path) -> None:
    serving = process("demo", "--serve")
    try:
        assert serving.stdout is not None
        written = Path(serving.stdout.readline().strip())
        assert written == tmp_path / "auditor-demo.toml"
        run = call("run", "--config", written, "--report", "json")
        demo = call("demo", "--report", "json")
        assert (run.code, demo.code) == (1, 0)
        assert _found(run) == _found(demo)
    finally:
        serving.terminate()
        ended = finished(serving)
    assert ended.code == 143
    assert ended.err == ""
    gone = call("run", "--config", written, "--report", "json")
    assert gone.code == 3
    assert gone.report["complete"] is False
    assert {each["status"] for each in gone.report["sources"]} == {"failed"}
    assert all(each["reason"] and each["remedy"] for each in gone.report["sources"])
    assert [rule["id"] for rule in gone.report["rules"] if rule["counts"]["pass"]] == []


def _found(of: Call) -> Counter[tuple[str, ...]]:
    return Counter(
        (each["rule"], each["subject"]["kind"], each["subject"]["name"], each["verdict"])
        for each in of.report["findings"]
    )
