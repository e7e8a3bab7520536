"""The printed Web API script, run against the simulated tenant: it does what the plan promised."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from auditor.cli.answers.planning import Source
from auditor.demo.contoso import DECLARED, contoso
from auditor.demo.healthy import healthy_online
from auditor.demo.organisation import Organisation
from auditor.demo.rows import Row
from auditor.demo.server import SimulatedTenant
from auditor.demo.serving import configuration_of
from auditor.plan.planner import plan_of
from auditor.plan.scripts import script_of
from auditor.plan.scripts.writes import writes
from auditor.plan.steps import Plan, Step
from auditor.running import Judging
from tests.end_to_end.conftest import call, dynamics_alone
from tests.waiting import PATIENCE_S


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
        timeout=PATIENCE_S,
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


def changed(seed: int) -> Organisation:
    """Some of contoso's mailboxes and profiles, a few set otherwise; 0: all, as they are."""
    organisation, chance = contoso(), random.Random(seed)
    if seed:
        kept = some(organisation, chance)
        organisation.tables = {**organisation.tables, **kept}
    for entity_set, choices in CHOICES.items() if seed else ():
        rows = list(organisation.rows_of(entity_set))
        for at in chance.sample(range(len(rows)), len(rows) // 4):
            name = chance.choice(sorted(choices))
            rows[at] = Row({**rows[at].own, name: chance.choice(choices[name])}, rows[at].shared)
        organisation.tables = {**organisation.tables, entity_set: rows}
    return organisation


def some(organisation: Organisation, chance: random.Random) -> dict[str, list[Row]]:
    """Half of the mailboxes, with their profiles and half of the others."""
    mailboxes = list(organisation.rows_of("mailboxes"))
    mailboxes = chance.sample(mailboxes, len(mailboxes) // 2)
    used = {each.get("_emailserverprofile_value") for each in mailboxes}
    profiles = [
        each
        for each in organisation.rows_of("emailserverprofiles")
        if each.get("emailserverprofileid") in used or chance.random() < 0.5
    ]
    return {"mailboxes": mailboxes, "emailserverprofiles": profiles}


CHOICES = {
    "emailserverprofiles": {
        "statecode": (0, 1),
        "useautodiscover": (True, False),
        "incominguseimpersonation": (True, False),
        "outgoinguseimpersonation": (True, False),
        "incomingportnumber": (None, 995, 8443),
        "incomingcredentialretrieval": (0, 1, 2),
        "outgoingcredentialretrieval": (0, 1, 2),
        "sendemailalert": (True, False),
    },
    "mailboxes": {
        "statecode": (0, 1),
        "emailrouteraccessapproval": (0, 1, 2, 3),
        "incomingemaildeliverymethod": (0, 1, 2),
        "actdeliverymethod": (0, 1, 2),
        "processanddeleteemails": (True, False),
        "verboseloggingenabled": (0, 1),
    },
}
ALL = int(os.environ.get("AUDITOR_SCRIPTS", "0"))
"""So many organisations, with every step of each; without it one step of one."""


@pytest.mark.parametrize("seed", range(1, 1 + max(ALL, 1)))
def test_a_step_by_itself_clears_what_it_promises_and_its_undo_brings_all_back(
    seed: int, tmp_path: Path
) -> None:
    config, snapshot = tmp_path / "auditor.toml", tmp_path / "contoso.snapshot"
    script = tmp_path / "change.py"
    with SimulatedTenant(changed(seed)) as tenant:
        tenant.state.writable = True
        config.write_text(dynamics_alone(configuration_of(tenant, DECLARED)), "utf-8")
        assert call("run", "--config", config, "--no-history", "--snapshot", snapshot).code in (
            1,
            4,
        )
        with Source(None, snapshot, None, None).opened(Judging()) as stored:
            plan = plan_of(stored.request, stored.snapshot)
        before = failing(config)
        steps = [each for each in plan.steps if each.provable and list(writes_of(plan, each))]
        for step in steps if ALL else random.Random(seed).sample(steps, 1):
            assert step.difference is not None
            script.write_text(script_of(replace(plan, steps=(step,)), "web-api"), "utf-8")
            applied = run(tenant, script, "--apply")
            assert applied.returncode == 0, applied.stderr
            promised = {each.fingerprint for each in step.difference.of("fixed")}
            assert failing(config) == before - promised, (seed, step.title)
            undone = run(tenant, script, "--undo", "--apply")
            assert undone.returncode == 0, undone.stderr
            assert failing(config) == before, (seed, step.title)
        sys.stderr.write(f"seed {seed}: {len(steps)} steps\n")


def writes_of(plan: Plan, step: Step) -> Iterator[object]:
    """What a script of one step writes; what is set in Exchange Online is done by hand."""
    return writes(replace(plan, steps=(step,)))
