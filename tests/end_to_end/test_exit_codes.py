"""The exit code says what to do next, and only that."""

import json
from pathlib import Path

import pytest

from auditor.configuration import load
from auditor.demo.contoso import DECLARED
from auditor.demo.faults import Fault, Faults
from auditor.demo.healthy import healthy_online
from auditor.demo.server import SimulatedTenant
from auditor.demo.serving import configuration_of
from auditor.process.lock import holding
from tests.end_to_end.conftest import Call, call

QUICK = ("--rule", "duplicate-address", "--report", "json")
NOTE = ("--rule", "dormant-mailboxes", "--report", "json")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (QUICK, 1),
        ((*QUICK, "--fail-on", "never"), 0),
        (NOTE, 0),
        ((*NOTE, "--fail-on", "warning"), 0),
        ((*NOTE, "--fail-on", "note"), 1),
        ((*QUICK, "--fail-on", "note"), 1),
    ],
)
def test_threshold_decides_what_fails(
    dynamics_toml: Path, arguments: tuple[str, ...], code: int
) -> None:
    assert call("run", "--config", dynamics_toml, *arguments).code == code


def test_incomplete_is_told_unless_it_is_allowed(dynamics_toml: Path, faulty: Faults) -> None:
    faulty.add(Fault("forbidden", path="*/queues*"))
    config = ("run", "--config", dynamics_toml, "--report", "json")
    partly = ("--rule", "custom-email-provider", "--fail-on", "never")
    run = call(*config, *partly)
    assert run.code == 3
    assert run.report["complete"] is False
    assert call(*config, *partly, "--allow-incomplete").code == 0
    both = call(*config)
    assert both.code == 4, "neither failing findings nor incompleteness hides the other"
    assert call(*config, "--allow-incomplete").code == 1
    quiet = call(*config, "--quiet")
    (line,) = [line for line in quiet.err.splitlines() if "incomplete" in line]
    assert "contoso" in line
    assert "dynamics.queues" in line


def test_strict_wants_everything_determined(dynamics_toml: Path, contoso_run: Call) -> None:
    is_open = next(
        rule["id"]
        for rule in contoso_run.report["rules"]
        if rule["counts"]["undetermined"] and not rule["counts"]["fail"]
    )
    config = ("run", "--config", dynamics_toml, "--report", "json", "--rule", is_open)
    assert call(*config).code == 0
    strict = call(*config, "--strict")
    assert strict.code == 3
    assert strict.report["complete"] is True
    assert call(*config, "--strict", "--allow-incomplete").code == 0


def test_waived_findings_do_not_count(dynamics_toml: Path, tmp_path: Path) -> None:
    config = tmp_path / "waived.toml"
    waiver = '\n[[waivers]]\nrule = "duplicate-address"\nreason = "CHG-1"\nuntil = 2099-12-31\n'
    config.write_text(dynamics_toml.read_text("utf-8") + waiver, "utf-8")
    waived = call("run", "--config", config, *QUICK)
    assert waived.code == 0
    assert waived.report["summary"]["verdicts"]["waived"] > 0
    assert call("run", "--config", config, *QUICK, "--as-of", "2100-01-01").code == 1


@pytest.fixture
def fleet(contoso_toml: Path, dynamics_toml: Path, tmp_path: Path) -> Path:
    """The demo's Dynamics 365, and a whole organisation that no server answers for."""
    text = contoso_toml.read_text("utf-8")
    gone = text.replace("environments.contoso", "environments.gone").replace("127.0.0.1", "[::1]")
    head, _, _ = gone.partition("[tls]")
    path = tmp_path / "fleet.toml"
    path.write_text(head + dynamics_toml.read_text("utf-8"), "utf-8")
    return path


def test_worst_of_several_environments_counts(fleet: Path, tmp_path: Path) -> None:
    options = ("--rule", "duplicate-address", "--report", "json={environment}.json", "--quiet")
    fleet_run = call("run", "--all", "--config", fleet, *options)
    assert fleet_run.code == 4, "findings of one, and the other could not be read"
    (line,) = fleet_run.err.splitlines()
    assert line.startswith("auditor: gone: incomplete: ")
    assert (tmp_path / "contoso.json").exists()
    assert (tmp_path / "gone.json").exists()
    assert (
        call("run", "contoso", "gone", "--config", fleet, *options, "--fail-on", "never").code == 3
    )
    assert call("run", "contoso", "--config", fleet, *options, "--fail-on", "never").code == 0


def test_an_environment_that_lacks_a_secret_does_not_stop_the_others(
    fleet: Path, tmp_path: Path
) -> None:
    text = fleet.read_text("utf-8").replace(
        'client_secret = "file:', 'client_secret = "file:no-', 1
    )
    fleet.write_text(text, "utf-8")
    options = ("--report", "json={environment}.json", "--quiet", "--fail-on", "never")
    run = call("run", "--all", "--config", fleet, *options)
    assert run.code == 3
    (line,) = run.err.splitlines()
    assert "gone: incomplete: every configured source" in line
    assert "there is no file" in line
    sources = json.loads((tmp_path / "gone.json").read_text("utf-8"))["sources"]
    assert {each["status"] for each in sources} == {"failed"}
    assert json.loads((tmp_path / "contoso.json").read_text("utf-8"))["complete"]


def test_another_run_of_the_environment_is_not_disturbed(dynamics_toml: Path) -> None:
    (url,) = (each.url for each in load(dynamics_toml).environments.values())
    with holding("contoso", url):
        run = call("run", "--config", dynamics_toml, *QUICK)
    assert run.code == 75
    assert run.out == ""
    assert "another run" in run.err
    assert call("run", "--config", dynamics_toml, *QUICK).code == 1


def test_configured_reports_are_written_too(dynamics_toml: Path, tmp_path: Path) -> None:
    config = tmp_path / "reporting.toml"
    section = '\n[report]\ndirectory = "daily"\nformats = ["json"]\n'
    config.write_text(dynamics_toml.read_text("utf-8") + section, "utf-8")
    run = call("run", "--config", config, *NOTE)
    assert run.code == 0
    assert (tmp_path / "daily" / "contoso.json").read_text("utf-8") == run.out
    assert call("run", "--config", config, *NOTE, "--quiet").err == ""


def test_report_that_cannot_be_written_costs_no_other(
    dynamics_toml: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, target: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", refuse)
    (tmp_path / "taken").mkdir()
    target = tmp_path / "taken" / "audit.jsonl"
    options = ("--report", f"jsonl={target}")
    run = call("run", "--config", dynamics_toml, *NOTE, *options)
    assert run.code == 2
    assert "audit.jsonl" in run.err
    assert run.report["complete"] is True


def test_healthy_organisation_is_exit_0(tmp_path: Path) -> None:
    config = tmp_path / "healthy.toml"
    with SimulatedTenant(healthy_online(300)) as tenant:
        declared = dict.fromkeys(DECLARED, False)
        config.write_text(configuration_of(tenant, declared), "utf-8")
        run: Call = call("run", "--config", config)
    assert run.code == 0
    assert "No unwaived failing finding" in run.out or "note[" in run.out
