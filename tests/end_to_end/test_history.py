"""A run knows the last one: what changed stands in its report, its exit code and the history."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from auditor.demo.faults import Fault, Faults
from auditor.history import database
from tests.end_to_end.conftest import call

QUICK = ("--rule", "duplicate-address")


def test_runs_are_stored_and_looked_back_at(dynamics_toml: Path, tmp_path: Path) -> None:
    config = ("--config", dynamics_toml)
    first = call("run", *config, *QUICK)
    assert "the first run that is stored" in " ".join(first.out.split())
    second = call("run", *config, *QUICK)
    assert "nothing changed" in second.out
    assert (tmp_path / "data" / "auditor" / "history.db").stat().st_mode & 0o777 == 0o600
    runs = json.loads(call("history", "list", *config, "--format", "json").out)
    assert [each["environment"] for each in runs] == ["contoso", "contoso"]
    assert call("history", "list", *config).out.count("contoso") == 2
    trend = call("history", "trend", "contoso", *config, "--format", "html").out
    assert "<svg" in trend
    assert "<script" not in trend
    shown = call("history", "show", runs[1]["id"], *config, "--format", "json")
    found = json.loads(shown.out)
    assert found["old"]["id"] == runs[0]["id"]
    assert found["findings"] == []
    assert call("history", "check", *config).code == 0
    assert call("history", "check", *config, "--within", "soon").code == 2
    assert call("history", "prune", *config, "--keep", "1").out == "1 run forgotten\n"
    assert len(json.loads(call("history", "list", *config, "--format", "json").out)) == 1


def test_an_environment_without_a_complete_run_is_named(
    dynamics_toml: Path, faulty: Faults
) -> None:
    faulty.add(Fault("forbidden", path="*/queues*"))
    call("run", "--config", dynamics_toml, *QUICK)
    late = call("history", "check", "--config", dynamics_toml)
    assert late.code == 1
    assert late.out == "contoso: no complete run for 26h; the last began: never\n"


def test_a_run_that_asks_not_to_be_stored_is_not(dynamics_toml: Path) -> None:
    run = call("run", "--config", dynamics_toml, *QUICK, "--no-history")
    assert "stored" not in run.out
    listed = call("history", "list", "--config", dynamics_toml)
    assert listed.code == 2
    assert "no run was stored" in listed.err


def test_a_history_that_cannot_be_used_costs_no_report(dynamics_toml: Path, tmp_path: Path) -> None:
    config = tmp_path / "history.toml"
    section = '\n[history]\nurl = "sqlite:////dev/null/history.db"\n'
    config.write_text(dynamics_toml.read_text("utf-8") + section, "utf-8")
    run = call("run", "--config", config, *QUICK, "--report", "json")
    assert run.code == 1
    assert run.report["complete"]
    assert "this run is not in the history" in run.err
    assert "this run is not in the history".capitalize() in run.report["notes"][-1]
    (tmp_path / "history.db").write_text("this is no database, whatever its name may say\n" * 99)
    config.write_text(
        dynamics_toml.read_text("utf-8") + '\n[history]\nurl = "sqlite:///history.db"\n', "utf-8"
    )
    run = call("run", "--config", config, *QUICK, "--report", "json", "--quiet")
    assert run.code == 1
    assert "this run is not in the history" in run.err


def test_a_history_that_another_program_holds_costs_no_report(
    dynamics_toml: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "WAIT_S", 0.05)
    config = ("--config", dynamics_toml)
    assert call("run", *config, *QUICK).code == 1
    with closing(sqlite3.connect(tmp_path / "data" / "auditor" / "history.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        run = call("run", *config, *QUICK, "--report", "json")
        assert run.code == 1
        assert run.report["complete"]
        assert "another program holds the database" in run.err
        assert len(json.loads(call("history", "list", *config, "--format", "json").out)) == 1
    assert "nothing changed" in call("run", *config, *QUICK).out


def test_new_only_leaves_out_what_was_there(dynamics_toml: Path) -> None:
    config = ("run", "--config", dynamics_toml, *QUICK, "--report", "json", "--new-only")
    first = call(*config)
    assert first.code == 1
    again = call(*config)
    assert again.code == 0
    assert again.report["findings"] == []
    assert "there already" in again.report["notes"][0]
    refused = call(*config, "--no-history")
    assert refused.code == 2
    assert "--baseline" in refused.err


def test_what_was_in_the_baseline_does_not_fail_the_run(
    dynamics_toml: Path, tmp_path: Path
) -> None:
    config = ("run", "--config", dynamics_toml, *QUICK, "--no-history")
    assert call(*config, "--report", "json=old.json").code == 1
    run = call(*config, "--report", "json", "--baseline", "old.json")
    assert run.code == 0
    assert run.report["findings"], "they are shown all the same"
    assert "0 new" in run.report["notes"][0]
    old = json.loads((tmp_path / "old.json").read_text("utf-8"))
    old["findings"] = [each for each in old["findings"] if each["verdict"] != "fail"][:1]
    (tmp_path / "less.json").write_text(json.dumps(old))
    assert call(*config, "--report", "json", "--baseline", "less.json").code == 1
    absent = call(*config, "--baseline", "absent.json")
    assert absent.code == 2
    assert "absent.json" in absent.err


def test_a_report_differs_from_itself_in_nothing(dynamics_toml: Path, faulty: Faults) -> None:
    config = ("run", "--config", dynamics_toml, "--no-history", "--snapshot")
    call(*config, "one.snapshot", "--report", "json=one.json")
    for pair in (("one.json", "one.json"), ("one.snapshot", "one.snapshot")):
        same = call("diff", *pair, "--format", "json")
        assert same.code == 0
        found = json.loads(same.out)
        assert found["findings"] == []
        assert found["still"] > 100
    faulty.add(Fault("forbidden", path="*/mailboxes*"))
    call(*config, "two.snapshot", "--report", "json=two.json")
    for pair in (("one.json", "two.json"), ("one.snapshot", "two.snapshot")):
        lost = json.loads(call("diff", *pair, "--format", "json").out)
        changes = {each["change"] for each in lost["findings"]}
        assert "fixed" not in {
            each["change"] for each in lost["findings"] if each["subject"]["kind"] == "mailbox"
        }
        assert "became-undetermined" in changes
    back = call("diff", "two.json", "one.json", "--format", "json")
    assert back.code == 0, "what was not judged is not new"


@pytest.mark.parametrize("format", ["terminal", "markdown", "html"])
def test_differences_are_written_for_people(contoso_run, tmp_path: Path, format: str) -> None:
    report = json.loads(contoso_run.out)
    (tmp_path / "new.json").write_text(json.dumps(report))
    failing = [each for each in report["findings"] if each["verdict"] == "fail"]
    report["findings"] = [each for each in report["findings"] if each not in failing[:1]]
    (tmp_path / "old.json").write_text(json.dumps(report))
    run = call("diff", "old.json", "new.json", "--format", format)
    assert run.code == 1
    assert "New (1)" in run.out
    assert failing[0]["rule"] in run.out.replace("\\", "")
    assert call("diff", "new.json", "old.json", "--format", format).code == 0


def test_what_cannot_be_compared_is_refused(contoso_run, tmp_path: Path) -> None:
    report = json.loads(contoso_run.out)
    (tmp_path / "a.json").write_text(json.dumps(report))
    report["environment"]["name"] = "fabrikam"
    (tmp_path / "b.json").write_text(json.dumps(report))
    assert "different environments" in call("diff", "a.json", "b.json").err
    assert call("diff", "a.json", "absent.json").code == 2
