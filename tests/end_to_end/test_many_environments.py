"""`run --all`: environments side by side, each with its own end."""

import contextlib
import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tomlkit
from msgspec.structs import replace

from auditor.demo.faults import Fault
from auditor.demo.healthy import healthy_online
from auditor.demo.organisation import Organisation
from auditor.demo.rows import Row
from auditor.demo.server import SimulatedTenant
from auditor.demo.serving import configuration_of
from auditor.schedule import Job
from tests.end_to_end.conftest import call, finished, process
from tests.end_to_end.test_notifications import Webhook

COUNT = 5
ADDRESS = "address-in-several-environments"


@pytest.fixture(scope="module")
def tenants() -> Iterator[list[SimulatedTenant]]:
    with contextlib.ExitStack() as stack:
        yield [
            stack.enter_context(SimulatedTenant(with_own_addresses(healthy_online(20), f"e{n}")))
            for n in range(COUNT)
        ]


def with_own_addresses(organisation: Organisation, name: str) -> Organisation:
    """The organisation with addresses that no other one has."""

    def own(row: Row) -> Row:
        values = {**row.shared, **row.own}
        return Row(
            {
                column: f"{name}.{value}" if isinstance(value, str) and "@" in value else value
                for column, value in values.items()
            }
        )

    tables = {table: [own(row) for row in rows] for table, rows in organisation.tables.items()}
    return replace(organisation, tables=tables)


@pytest.fixture
def config(tenants: list[SimulatedTenant], tmp_path: Path) -> Iterator[Path]:
    """One configuration with an environment for each tenant, e0 to e4."""
    whole = tomlkit.document()
    whole["environments"] = tomlkit.table()
    bundle = tmp_path / "authorities.pem"
    bundle.write_bytes(b"".join(each.ca_bundle.read_bytes() for each in tenants))
    for number, tenant in enumerate(tenants):
        (own,) = tomlkit.parse(configuration_of(tenant))["environments"].values()  # type: ignore
        whole["environments"][f"e{number}"] = own.unwrap()  # type: ignore[index]
    whole["tls"] = {"ca_bundle": f"file:{bundle}"}
    # They are alike, so one name server knows the names of all.
    whole["dns"] = {"servers": [tenants[0].name_server]}
    path = tmp_path / "auditor.toml"
    path.write_text(tomlkit.dumps(whole), "utf-8")
    yield path
    for tenant in tenants:
        tenant.faults.clear()


def run_all(config: Path, *more: str) -> tuple[str, ...]:
    return ("run", "--all", "--config", str(config), "--report", "json={environment}.json", *more)


@pytest.mark.parametrize("jobs", ["1", "4"])
def test_each_environment_has_its_report(config: Path, tmp_path: Path, jobs: str) -> None:
    run = call(*run_all(config, "--jobs", jobs))
    assert run.code == 0
    assert run.out == ""
    assert sorted(each.stem for each in tmp_path.glob("e*.json")) == [
        f"e{number}" for number in range(COUNT)
    ]
    for number in range(COUNT):
        assert f"auditor: e{number} " in run.err


def test_one_that_fails_and_one_that_hangs_stop_no_other(
    config: Path, tenants: list[SimulatedTenant], tmp_path: Path
) -> None:
    tenants[1].faults.add(Fault("forbidden", path="*/mailboxes*"))
    tenants[2].faults.add(Fault("slow", path="*/mailboxes*", seconds=60))
    run = call(*run_all(config, "--jobs", "2", "--timeout", "15", "--quiet"))
    assert run.code == 3
    lines = run.err.splitlines()
    assert [line.split(":")[1].strip() for line in sorted(lines)] == ["e1", "e2"]
    assert len(list(tmp_path.glob("e*.json"))) == COUNT


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # Apprise loads all of its channels.
def test_the_recipe_tells_which_environments_could_not_be_read_and_why(
    config: Path, tmp_path: Path
) -> None:
    whole = tomlkit.parse(config.read_text("utf-8"))
    environments: Any = whole["environments"]
    environments["e1"]["url"] = "https://127.0.0.1:1"
    (tmp_path / "wrong").write_text("not the secret")
    environments["e2"]["auth"]["client_secret"] = "file:wrong"
    environments["e3"]["auth"]["client_secret"] = "file:absent"
    with Webhook() as webhook:
        threading.Thread(target=webhook.serve_forever, daemon=True).start()
        (tmp_path / "channel").write_text(f"json://127.0.0.1:{webhook.server_port}/auditor")
        whole["notify"] = {"urls": ["file:channel"], "on": "incomplete"}
        config.write_text(tomlkit.dumps(whole), "utf-8")
        job = Job(program=Path("auditor"), configuration=config)
        run = call(*job.arguments(str(config), f"{tmp_path}/"))
        webhook.shutdown()
    assert run.code in (3, 4), "every recipe takes these for a failed run"
    assert run.out == ""
    lines = {line.split(":")[1].strip(): line for line in run.err.splitlines()}
    assert sorted(lines) == ["e1", "e2", "e3"], run.err
    assert "refused" in lines["e1"]
    assert "secret" in lines["e2"]
    assert "absent" in lines["e3"]
    assert "not the secret" not in run.err
    reports = {each.stem: json.loads(each.read_bytes()) for each in tmp_path.glob("e*.json")}
    complete = [name for name, report in sorted(reports.items()) if report["complete"]]
    assert complete == ["e0", "e4"]
    assert len(reports) == COUNT
    assert len(list(tmp_path.glob("e*.html"))) == COUNT
    told = sorted(" ".join((each["title"], each["message"])) for each in webhook.taken)
    assert len(told) == 3
    assert all(name in each for name, each in zip(["e1", "e2", "e3"], told, strict=True)), told


def test_one_page_shows_all_and_what_was_not_read(
    config: Path, tenants: list[SimulatedTenant], tmp_path: Path
) -> None:
    text = config.read_text("utf-8").replace(
        "[environments.e0]", '[environments.e0]\nlabels = { stage = "production" }'
    )
    config.write_text(text, "utf-8")
    tenants[1].faults.add(Fault("forbidden", path="*/mailboxes*"))
    pages = tmp_path / "pages"
    pages.mkdir()
    overview = (f"--overview=json={pages}/all.json", f"--overview=html={pages}/all.html")
    run = call(*run_all(config, *overview, "--group-by", "stage"))
    assert run.code == 3
    content = json.loads((pages / "all.json").read_text("utf-8"))
    rows = {row["environment"]: row for row in content["environments"]}
    assert len(rows) == COUNT
    assert rows["e0"]["labels"] == {"stage": "production"}
    assert rows["e0"]["report"] == "../e0.json"
    assert rows["e0"]["standing"]["broken"] == 0
    assert [name for name, row in rows.items() if not row["complete"]] == ["e1"]
    assert "dynamics.mailboxes" in rows["e1"]["problem"]
    assert "e4" in (pages / "all.html").read_text("utf-8")


def test_an_address_of_two_environments_is_in_both_reports_and_on_the_page(
    config: Path, tenants: list[SimulatedTenant], tmp_path: Path
) -> None:
    """The second environment is a copy of the first: the same tenant by another port."""
    with SimulatedTenant(tenants[0].state.organisation) as copy:
        whole = tomlkit.parse(config.read_text("utf-8"))
        (own,) = tomlkit.parse(configuration_of(copy))["environments"].values()  # type: ignore
        names = {f"e{number}" for number in range(2, COUNT)}
        for name in names:
            del whole["environments"][name]  # type: ignore[union-attr]
        whole["environments"]["e1"] = own.unwrap()  # type: ignore[index]
        bundle = tmp_path / "authorities.pem"
        bundle.write_bytes(bundle.read_bytes() + copy.ca_bundle.read_bytes())
        config.write_text(tomlkit.dumps(whole), "utf-8")
        run = call(*run_all(config, "--overview=json=all.json", "--no-history"))
    assert run.code == 1
    assert "several environments synchronize the same" in run.err
    (shared,) = json.loads((tmp_path / "all.json").read_text("utf-8"))["shared_addresses"]
    assert shared["environments"] == ["e0", "e1"]
    for name, other in (("e0", "e1"), ("e1", "e0")):
        report = json.loads((tmp_path / f"{name}.json").read_text("utf-8"))
        found = [each for each in report["findings"] if each["rule"] == ADDRESS]
        assert len(found) == shared["addresses"]
        assert {each["verdict"] for each in found} == {"fail"}
        assert {each["evidence"][1]["environment"] for each in found} == {other}


def test_a_label_chooses_environments(config: Path, tmp_path: Path) -> None:
    text = config.read_text("utf-8").replace(
        "[environments.e3]", '[environments.e3]\nlabels = { stage = "production" }'
    )
    config.write_text(text, "utf-8")
    assert call(*run_all(config, "--label", "stage=production")).code == 0
    assert [each.name for each in tmp_path.glob("e*.json")] == ["e3.json"]
    refused = call(*run_all(config, "--label", "stage=nowhere"))
    assert refused.code == 2
    assert "stage=nowhere" in refused.err


@pytest.mark.skipif(os.name == "nt", reason="Windows ends a process without a signal")
def test_told_to_stop_what_was_finished_stays_reported(
    config: Path, tenants: list[SimulatedTenant], tmp_path: Path
) -> None:
    for tenant in tenants[1:]:
        tenant.faults.add(Fault("slow", path="*/mailboxes*", seconds=60))
    running = process(*run_all(config, "--jobs", "2", "--snapshot", "{environment}.snap"))
    ends_at = time.monotonic() + 60
    while not (tmp_path / "e0.json").exists() and time.monotonic() < ends_at:
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    ended = finished(running, 30)
    assert ended.code == 130
    assert "audits had ended" in ended.err
    left = sorted(
        each.name for each in tmp_path.iterdir() if each.is_file() and each.suffix != ".pem"
    )
    assert left == ["auditor.toml", "e0.json", "e0.snap"]
