"""What-if, plan and readiness over the wire: they ask what an audit asks, once, and no more."""

import json
import os
import signal
from pathlib import Path

import pytest

from auditor.demo.faults import Fault, Faults
from auditor.demo.server import SimulatedTenant
from tests.end_to_end.conftest import call, finished, process
from tests.waiting import PATIENCE_S, wait_until

CHANGE = "profile:Exchange Online (fixed address).useautodiscover=yes"


def asked(tenant: SimulatedTenant, *arguments: str | Path) -> set[tuple[str, str]]:
    """What one call of the program asks of the servers; large tables are cut as time allows."""
    requests = tenant.state.requests
    before = len(requests)
    assert call(*arguments).code in (0, 1, 3, 4)
    return {(each.method, each.path) for each in requests[before:]}


@pytest.fixture(scope="module")
def snapshot(contoso_toml: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("planning") / "contoso.snapshot"
    arguments = ("--config", contoso_toml, "--snapshot", path, "--no-history", "--quiet")
    assert call("run", *arguments, "--report", "json").code in (1, 4)
    return path


@pytest.fixture(scope="module")
def of_an_audit(contoso_tenant: SimulatedTenant, contoso_toml: Path) -> set[tuple[str, str]]:
    """What an audit asks."""
    options = ("--config", contoso_toml, "--no-history", "--no-notify")
    return asked(contoso_tenant, "run", *options)


@pytest.mark.parametrize("command", [("what-if", "--set", CHANGE), ("plan",), ("readiness",)])
def test_no_request_is_sent_that_an_audit_would_not_send(
    contoso_tenant: SimulatedTenant,
    contoso_toml: Path,
    of_an_audit: set[tuple[str, str]],
    command: tuple[str, ...],
) -> None:
    of_the_command = asked(contoso_tenant, *command, "--config", contoso_toml, "--format", "json")
    assert of_the_command == of_an_audit


def test_what_if_answers_alike_for_an_environment_and_its_snapshot(
    contoso_toml: Path, snapshot: Path
) -> None:
    options = ("--set", CHANGE, "--format", "json")
    live = call("what-if", "--config", contoso_toml, *options)
    stored = call("what-if", "--snapshot", snapshot, *options)
    assert (live.code, stored.code) == (0, 0)
    found = json.loads(stored.out)
    (fixed,) = found["findings"]
    assert (fixed["rule"], fixed["change"]) == ("auto-discover-off", "fixed")
    assert [each["fingerprint"] for each in json.loads(live.out)["findings"]] == [
        fixed["fingerprint"]
    ]


def test_what_if_is_exit_1_where_something_breaks(snapshot: Path) -> None:
    change = ("--set", "profile:Microsoft Exchange Online.statecode=Inactive")
    found = call("what-if", "--snapshot", snapshot, *change, "--format", "markdown")
    assert found.code == 1
    assert "inactive-profile-in-use" in found.out


@pytest.mark.parametrize(
    "arguments",
    [
        ("--set", "profile:*.useautodiscover=perhaps"),
        ("--set", "profile:*.nothing=1"),
        ("--move", "mailbox:*=profile:Nowhere"),
        (),
    ],
)
def test_what_cannot_be_asked_is_exit_2(snapshot: Path, arguments: tuple[str, ...]) -> None:
    found = call("what-if", "--snapshot", snapshot, *arguments)
    assert (found.code, found.out) == (2, "")
    assert found.err.count("\n") == 1


def test_a_snapshot_and_an_environment_cannot_both_be_named(snapshot: Path) -> None:
    assert call("what-if", "contoso", "--snapshot", snapshot, "--set", CHANGE).code == 2


def test_what_is_no_snapshot_is_exit_2(tmp_path: Path) -> None:
    path = tmp_path / "other"
    path.write_text("other")
    assert call("what-if", "--snapshot", path, "--set", CHANGE).code == 2


@pytest.mark.skipif(os.name == "nt", reason="Windows ends a process without a signal")
def test_what_a_killed_plan_had_read_is_removed_by_the_next_run(
    contoso_toml: Path, faulty: Faults, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    private = tmp_path / "private"
    private.mkdir()
    monkeypatch.setenv("TMPDIR", str(private))
    monkeypatch.setattr("tempfile.tempdir", str(private))
    faulty.add(Fault("slow", path="*/mailboxes*", seconds=2 * PATIENCE_S))
    running = process("plan", "--config", contoso_toml)
    wait_until(lambda: list(private.rglob("*snapshot*")))
    running.send_signal(signal.SIGKILL)
    finished(running)
    assert list(private.iterdir())
    faulty.clear()
    quick = ("--rule", "duplicate-address", "--no-history", "--report", "json=a.json")
    assert call("run", "--config", contoso_toml, *quick).code == 1
    assert list(private.iterdir()) == []
