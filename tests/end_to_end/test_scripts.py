"""The printed Web API script, run against the simulated tenant: it does what the plan promised."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.cli.answers.planning import Source
from auditor.demo.contoso import DECLARED, contoso
from auditor.demo.healthy import healthy_online
from auditor.demo.server import SimulatedTenant
from auditor.demo.serving import configuration_of
from auditor.plan.planner import plan_of
from auditor.plan.scripts import script_of
from auditor.running import Judging
from tests.end_to_end.conftest import call


@pytest.fixture
def tenant() -> Iterator[SimulatedTenant]:
    with SimulatedTenant(contoso()) as found:
        found.state.writable = True
        yield found


def run(tenant: SimulatedTenant, script: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    token = tenant.state.tokens.issue(tenant.state.url, tenant.state.client_id)
    return subprocess.run(
        [sys.executable, str(script), *options],
        env={**os.environ, "DATAVERSE_TOKEN": token, "SSL_CERT_FILE": str(tenant.ca_bundle)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def failing(config: Path) -> set[str]:
    found = json.loads(call("run", "--config", config, "--no-history", "--report", "json").out)
    return {each["fingerprint"] for each in found["findings"] if each["verdict"] == "fail"}


def test_the_script_makes_what_was_promised_and_undoes_it(
    tenant: SimulatedTenant, tmp_path: Path
) -> None:
    config = tmp_path / "auditor.toml"
    config.write_text(configuration_of(tenant, DECLARED), "utf-8")
    snapshot = tmp_path / "contoso.snapshot"
    options = ("--config", config, "--no-history", "--snapshot", snapshot, "--report", "json")
    found = json.loads(call("run", *options).out)
    before = {each["fingerprint"] for each in found["findings"] if each["verdict"] == "fail"}
    with Source(None, snapshot, None, None).opened(Judging()) as stored:
        plan = plan_of(stored.request, stored.snapshot)
    script = tmp_path / "change.py"
    script.write_text(script_of(plan, "web-api"), "utf-8")
    for kind in ("powershell", "pac"):
        printed = script_of(plan, kind)
        assert "generatealertsforwarnings" in printed
        assert tenant.state.client_secret not in printed

    dry = run(tenant, script)
    assert dry.returncode == 0, dry.stderr
    assert failing(config) == before

    applied = run(tenant, script, "--apply")
    assert applied.returncode == 0, applied.stderr
    after = failing(config)
    promised = {
        each.fingerprint
        for step in plan.steps
        if step.difference is not None
        for each in step.difference.findings
    }
    assert promised
    # Each step is proven by itself; together they may clear what takes several of them.
    assert after <= before - promised

    again = run(tenant, script, "--apply")
    assert again.returncode == 0
    assert "0 of" in again.stdout

    undone = run(tenant, script, "--undo", "--apply")
    assert undone.returncode == 0, undone.stderr
    assert failing(config) == before

    rows = tenant.state.organisation.tables["emailserverprofiles"]
    for row in rows:
        row.own = {**row.own, "useautodiscover": None}
    stopped = run(tenant, script, "--apply")
    assert stopped.returncode == 1
    assert stopped.stderr.startswith("STOPPED:")
    assert "useautodiscover" in stopped.stderr


def test_the_command_prints_the_script_alone(tmp_path: Path) -> None:
    with SimulatedTenant(healthy_online(1)) as tenant:
        config = tmp_path / "auditor.toml"
        config.write_text(configuration_of(tenant, {}), "utf-8")
        found = call("plan", "--config", config, "--script", "web-api")
    assert found.code in (0, 3)
    compile(found.out, "change.py", "exec")
