"""`run --all`: environments side by side, each with its own end."""

import contextlib
import gc
import itertools
import json
import os
import signal
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tomlkit
from msgspec.structs import replace

from auditor.cli.audits.settling import Settling
from auditor.demo.faults import Fault
from auditor.demo.healthy import healthy_online
from auditor.demo.organisation import Organisation
from auditor.demo.rows import Row
from auditor.demo.server import SimulatedTenant
from auditor.demo.serving import configuration_of
from auditor.schedule import Job
from connectors.transport.http import Transport
from connectors.transport.network import NetworkPolicy
from tests.end_to_end.conftest import call, finished, process
from tests.end_to_end.test_notifications import Webhook
from tests.waiting import PATIENCE_S, wait_until

COUNT = 5
ADDRESS = "address-in-several-environments"


@pytest.fixture(scope="module")
def tenants() -> Iterator[list[SimulatedTenant]]:
    with serving(range(COUNT)) as served:
        yield served


@pytest.fixture
def further_tenants() -> Iterator[list[SimulatedTenant]]:
    """So many that there are twelve in all."""
    with serving(range(COUNT, 12)) as served:
        yield served


@contextlib.contextmanager
def serving(numbers: range) -> Iterator[list[SimulatedTenant]]:
    with contextlib.ExitStack() as stack:
        yield [
            stack.enter_context(SimulatedTenant(with_own_addresses(healthy_online(20), f"e{n}")))
            for n in numbers
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
def test_each_environment_has_its_report_and_its_sessions_are_given_back(
    config: Path, tmp_path: Path, jobs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle, make = Settling.settle, Transport.__init__
    made: weakref.WeakSet[Transport] = weakref.WeakSet()
    left: list[int] = []
    numbers = itertools.count()

    def noting(self: Transport, *more: Any, **settings: Any) -> None:
        made.add(self)
        next(numbers)
        make(self, *more, **settings)

    def counting(self: Settling, *more: Any) -> list[int]:
        gc.collect()
        left.append(len(made))
        return settle(self, *more)

    monkeypatch.setattr(Transport, "__init__", noting)
    monkeypatch.setattr(Settling, "settle", counting)
    run = call(*run_all(config, "--jobs", jobs))
    assert run.code == 0
    assert left == [0], "each holds its sessions"
    assert next(numbers) >= COUNT
    assert run.out == ""
    assert sorted(each.stem for each in tmp_path.glob("e*.json")) == [
        f"e{number}" for number in range(COUNT)
    ]
    for number in range(COUNT):
        assert f"auditor: e{number} " in run.err


def test_those_that_fail_or_hang_stop_no_other_and_have_a_line_each(
    config: Path,
    tenants: list[SimulatedTenant],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`benchmarks/fleet.py` has the same with 200 environments."""
    text = config.read_text("utf-8")
    text = text.replace(tenants[3].url, "https://127.0.0.1:1", 1)
    text = text.replace(tenants[4].url, "https://gone.contoso.invalid", 1)
    config.write_text(text, "utf-8")
    tenants[1].faults.add(Fault("forbidden", path="*/mailboxes*"))
    tenants[2].faults.add(Fault("slow", path="*/mailboxes*", seconds=2 * PATIENCE_S))
    remaining_s = NetworkPolicy.remaining_s

    def over_once_all_others_ended(policy: NetworkPolicy) -> float | None:
        """However long a busy machine takes for the others."""
        ended = all((tmp_path / f"e{number}.json").exists() for number in (0, 1, 3, 4))
        return -1.0 if ended else remaining_s(policy)

    monkeypatch.setattr(NetworkPolicy, "remaining_s", over_once_all_others_ended)
    run = call(*run_all(config, "--jobs", "2", "--timeout", "600", "--quiet"))
    assert run.code == 3
    lines = {line.split(":")[1].strip(): line for line in run.err.splitlines()}
    assert sorted(lines) == ["e1", "e2", "e3", "e4"]
    assert len(run.err.splitlines()) == 4
    for name, words in {
        "e1": "dynamics.mailboxes",
        "e2": "deadline",
        "e3": "refused the connection",
        "e4": "could not be resolved",
    }.items():
        assert words in lines[name]
    reports = [json.loads(each.read_bytes()) for each in sorted(tmp_path.glob("e*.json"))]
    assert [each["complete"] for each in reports] == [True, False, False, False, False]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # Apprise loads all of its channels.
def test_of_twelve_the_recipe_tells_which_could_not_be_read_and_why(
    config: Path, further_tenants: list[SimulatedTenant], tmp_path: Path
) -> None:
    whole = tomlkit.parse(config.read_text("utf-8"))
    environments: Any = whole["environments"]
    with (tmp_path / "authorities.pem").open("ab") as bundle:
        for number, tenant in enumerate(further_tenants, COUNT):
            bundle.write(tenant.ca_bundle.read_bytes())
            (own,) = tomlkit.parse(configuration_of(tenant))["environments"].values()  # type: ignore
            environments[f"e{number}"] = own.unwrap()
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
    assert sorted(complete) == sorted(f"e{number}" for number in (0, *range(4, 12)))
    assert len(reports) == 12
    assert len(list(tmp_path.glob("e*.html"))) == 12
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


def sandbox_of(production: Organisation, shared: int) -> tuple[Organisation, set[str]]:
    """A copy that synchronizes `shared` of its addresses; with what these are.

    Of the rest some have another address, and some do not synchronize.
    """
    addresses: set[str] = set()
    number = 0

    def changed(row: Row) -> Row:
        nonlocal number
        values = {**row.shared, **row.own}
        if values["incomingemailstatus"] != 1:
            return row
        number += 1
        if number <= shared:
            addresses.add(str(values["emailaddress"]))
            return row
        if number % 2:
            return Row(values | {"emailaddress": f"sandbox.{values['emailaddress']}"})
        off = ("incomingemaildeliverymethod", "outgoingemaildeliverymethod", "actdeliverymethod")
        return Row(values | dict.fromkeys(off, 0))

    mailboxes = [changed(row) for row in production.tables["mailboxes"]]
    assert number > shared + 40
    tables = {**production.tables, "mailboxes": mailboxes}
    return replace(production, tables=tables, organization_type="CustomerTest"), addresses


def test_addresses_of_production_and_its_sandbox_are_found_once_each_in_both_reports(
    config: Path, tmp_path: Path
) -> None:
    production = healthy_online(900)
    sandbox, shared = sandbox_of(production, 300)
    with SimulatedTenant(production) as first, SimulatedTenant(sandbox) as second:
        whole: Any = tomlkit.parse(config.read_text("utf-8"))
        whole["environments"] = {
            name: tomlkit.parse(configuration_of(each))["environments"].popitem()[1].unwrap()
            for name, each in (("production", first), ("sandbox", second))
        }
        bundle = tmp_path / "authorities.pem"
        bundle.write_bytes(first.ca_bundle.read_bytes() + second.ca_bundle.read_bytes())
        config.write_text(tomlkit.dumps(whole), "utf-8")
        run = call(*run_all(config, "--overview=json=all.json", "--no-history"))
    assert run.code == 1
    assert "several environments synchronize the same 300 addresses" in run.err
    (found,) = json.loads((tmp_path / "all.json").read_text("utf-8"))["shared_addresses"]
    assert found == {"environments": ["production", "sandbox"], "addresses": 300}
    for name, other in (("production", "sandbox"), ("sandbox", "production")):
        report = json.loads((tmp_path / f"{name}.json").read_text("utf-8"))
        by_rule = {
            rule: [each for each in report["findings"] if each["rule"] == rule]
            for rule in (ADDRESS, "sandbox-shares-address-with-production")
        }
        assert sorted(each["subject"]["address"] for each in by_rule[ADDRESS]) == sorted(shared)
        assert {each["verdict"] for each in by_rule[ADDRESS]} == {"fail"}
        assert {each["evidence"][1]["environment"] for each in by_rule[ADDRESS]} == {other}
        of_sandbox = by_rule["sandbox-shares-address-with-production"]
        assert len(of_sandbox) == (300 if name == "sandbox" else 0)
        (counts,) = (each["counts"] for each in report["rules"] if each["id"] == ADDRESS)
        assert counts["fail"] == 300
        assert counts["undetermined"] == 0


def with_copy(config: Path, copy: SimulatedTenant) -> Any:
    """The configuration with two environments: e0, and e1, which is a copy of it."""
    whole: Any = tomlkit.parse(config.read_text("utf-8"))
    own = tomlkit.parse(configuration_of(copy))["environments"].popitem()[1].unwrap()
    whole["environments"] = {"e0": whole["environments"]["e0"], "e1": own}
    bundle = config.parent / "authorities.pem"
    bundle.write_bytes(bundle.read_bytes() + copy.ca_bundle.read_bytes())
    return whole


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # Apprise loads all of its channels.
def test_what_is_shown_and_sent_knows_what_the_comparison_found(
    config: Path, tenants: list[SimulatedTenant], tmp_path: Path
) -> None:
    """Standard output, messages, and the panel of a report that is written again."""
    with SimulatedTenant(tenants[0].state.organisation) as copy, Webhook() as webhook:
        threading.Thread(target=webhook.serve_forever, daemon=True).start()
        whole = with_copy(config, copy)
        (tmp_path / "channel").write_text(f"json://127.0.0.1:{webhook.server_port}/auditor")
        whole["notify"] = {"urls": ["file:channel"], "on": "findings"}
        config.write_text(tomlkit.dumps(whole), "utf-8")
        page = ("run", "--all", "--config", config, "--quiet", "--report=html={environment}.html")
        call(*page, "--no-notify")
        assert call(*page).code == 1
        shown = call("run", "--all", "--config", config, "--quiet", "--no-notify")
        webhook.shutdown()
    assert shown.code == 1
    assert shown.out.count("Exit 1") == 2
    for name in ("e0", "e1"):
        assert "Since the last run" in (tmp_path / f"{name}.html").read_text("utf-8")
    # Alone, neither has a finding to tell of.
    assert sorted(each["title"].partition(":")[0] for each in webhook.taken) == ["e0", "e1"]


def test_what_the_comparison_finds_is_new_once(
    config: Path, tenants: list[SimulatedTenant], tmp_path: Path
) -> None:
    """History, `--new-only` and the overview see each audit after the comparison."""
    shared = tenants[0].state.organisation
    with SimulatedTenant(with_own_addresses(shared, "apart")) as copy:
        config.write_text(tomlkit.dumps(with_copy(config, copy)), "utf-8")
        run = (*run_all(config, "--quiet", "--new-only"), "--overview=json=all.json")

        def found(code: int) -> tuple[list[int], list[Any]]:
            ran = call(*run)
            assert ran.code == code, ran.err
            rows = json.loads((tmp_path / "all.json").read_text("utf-8"))["environments"]
            assert [row["exit_code"] for row in rows] == [code, code]
            counts = [failing(tmp_path, name) for name in ("e0", "e1")]
            return counts, [row["changed"] for row in rows]

        assert found(0) == ([0, 0], [None, None])
        tables = copy.state.organisation.tables
        own = dict(tables)
        tables.update(shared.tables)
        counts, changed = found(1)
        assert min(counts) > 0, "what is new is listed"
        assert all(each["new"] >= min(counts) for each in changed)
        counts, changed = found(0)
        assert counts == [0, 0], "what was there already is not"
        assert [each["new"] for each in changed] == [0, 0]
        tables.update(own)
        assert min(each["fixed"] for each in found(0)[1]) > 0
    runs = json.loads(call("history", "list", "--config", str(config), "--format", "json").out)
    assert sorted(each["environment"] for each in runs) == ["e0"] * 4 + ["e1"] * 4


def failing(directory: Path, name: str) -> int:
    """The listed findings of an environment on shared addresses."""
    report = json.loads((directory / f"{name}.json").read_text("utf-8"))
    return sum(each["rule"] == ADDRESS for each in report["findings"])


def test_a_label_chooses_environments(config: Path, tmp_path: Path) -> None:
    text = config.read_text("utf-8").replace(
        "[environments.e3]", '[environments.e3]\nlabels = { stage = "production" }'
    )
    config.write_text(text, "utf-8")
    asked = run_all(config, "--label", "stage=production")
    for words in (asked, [word for word in asked if word != "--all"]):
        assert call(*words).code == 0
        assert [each.name for each in tmp_path.glob("e*.json")] == ["e3.json"]
        (tmp_path / "e3.json").unlink()
    refused = call(*run_all(config, "--label", "stage=nowhere"))
    assert refused.code == 2
    assert "stage=nowhere" in refused.err


@pytest.mark.skipif(os.name == "nt", reason="Windows ends a process without a signal")
def test_told_to_stop_what_was_finished_stays_reported(
    config: Path, tenants: list[SimulatedTenant], tmp_path: Path
) -> None:
    for tenant in tenants[1:]:
        tenant.faults.add(Fault("slow", path="*/mailboxes*", seconds=2 * PATIENCE_S))
    running = process(*run_all(config, "--jobs", "2", "--snapshot", "{environment}.snap"))
    wait_until((tmp_path / "e0.json").exists)
    running.send_signal(signal.SIGINT)
    ended = finished(running)
    assert ended.code == 130
    assert f"stopped: 1 of {COUNT} audits had ended" in ended.err
    left = sorted(
        each.name for each in tmp_path.iterdir() if each.is_file() and each.suffix != ".pem"
    )
    assert left == ["auditor.toml", "e0.json", "e0.snap"]
    stored = call("history", "list", "--config", str(config), "--format", "json")
    assert [each["environment"] for each in json.loads(stored.out)] == ["e0"]
