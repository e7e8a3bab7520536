"""A run that was ended early is gone on with: what it had read is not read again."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from auditor.demo.faults import Fault
from auditor.demo.healthy import healthy_online
from auditor.demo.server import SimulatedTenant
from auditor.demo.serving import configuration_of
from tests.end_to_end.conftest import Call, call, finished, process
from tests.waiting import wait_until

MAILBOXES = 5_100
"""Two pages of them."""


@pytest.fixture(scope="module")
def tenant() -> Iterator[SimulatedTenant]:
    with SimulatedTenant(healthy_online(MAILBOXES)) as up:
        yield up


@pytest.fixture
def config(tenant: SimulatedTenant, tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "auditor.toml"
    path.write_text(configuration_of(tenant), "utf-8")
    yield path
    tenant.faults.clear()


@pytest.fixture(scope="module")
def undisturbed(tenant: SimulatedTenant, tmp_path_factory: pytest.TempPathFactory) -> Call:
    path = tmp_path_factory.mktemp("undisturbed") / "auditor.toml"
    path.write_text(configuration_of(tenant), "utf-8")
    return call("run", "--config", path, "--report", "json", "--no-history")


def asked_for(tenant: SimulatedTenant, table: str, since: int) -> list[str]:
    """The pages of a table that were asked for, each by its path and query."""
    return [
        f"{each.path}?{each.query}"
        for each in tenant.requests[since:]
        if each.path.endswith(f"/{table}") and "," in unquote(each.query)
    ]


def told(report: dict[str, Any]) -> object:
    """What a report says of the organisation, without times, ids of runs and counts of requests."""
    return (
        report["complete"],
        report["summary"],
        report["statements"],
        report["rules"],
        [(each["fingerprint"], each["verdict"]) for each in report["findings"]],
        report["causes"],
        report["mailboxes"],
        [(each["name"], each["status"], each["records"]) for each in report["sources"]],
    )


def left(tmp_path: Path) -> list[Path]:
    return list((tmp_path / "state" / "auditor" / "unfinished").iterdir())


@pytest.mark.skipif(os.name == "nt", reason="Windows ends a process without a signal")
def test_killed_in_the_middle_of_a_table_it_goes_on_there(
    tenant: SimulatedTenant, config: Path, undisturbed: Call, tmp_path: Path
) -> None:
    tenant.faults.add(Fault("slow", path="*/mailboxes", seconds=1))
    since = len(tenant.requests)
    run = ("run", "--config", config, "--report", "json")
    running = process(*run, "--report", "html=out.html")
    wait_until(lambda: len(asked_for(tenant, "mailboxes", since)) >= 2)
    running.send_signal(signal.SIGKILL)
    assert finished(running).code == -signal.SIGKILL
    tenant.faults.clear()
    (journal,) = left(tmp_path)
    assert journal.stat().st_mode & 0o777 == 0o600
    before = asked_for(tenant, "mailboxes", since)
    again = len(tenant.requests)
    resumed = call(*run, "--resume")
    assert resumed.code == undisturbed.code
    assert told(resumed.report) == told(undisturbed.report)
    (note,) = [each for each in resumed.report["notes"] if each.startswith("Resumed")]
    assert "1 answer of dynamics.mailboxes" in note
    assert "dynamics.queues" in note
    assert before[0] not in asked_for(tenant, "mailboxes", again)
    assert asked_for(tenant, "mailboxes", again) == before[1:]
    for table in ("systemusers", "queues", "emailserverprofiles"):
        assert asked_for(tenant, table, again) == []
    assert left(tmp_path) == []
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == ["auditor.toml"]
    runs = call("history", "list", "--config", config, "--format", "json")
    assert runs.out.count('"started_at"') == 1, "no half run is stored"
    after = call(*run)
    assert told(after.report) == told(undisturbed.report)
    assert not [each for each in after.report["notes"] if each.startswith("Resumed")]


def test_what_there_was_no_time_for_is_read_later(
    tenant: SimulatedTenant, config: Path, undisturbed: Call, tmp_path: Path
) -> None:
    run = ("run", "--config", config, "--report", "json", "--no-history")
    tenant.faults.add(Fault("slow", path="*/mailboxes", seconds=30))
    short = call(*run, "--timeout", "6", "--quiet")
    assert short.code == 3
    assert left(tmp_path)
    tenant.faults.clear()
    since = len(tenant.requests)
    resumed = call(*run, "--resume")
    assert told(resumed.report) == told(undisturbed.report)
    assert asked_for(tenant, "queues", since) == []
    assert left(tmp_path) == []
