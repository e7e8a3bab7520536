"""`run --all` on several processors: processes of their own do the audits, with the same end."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tomlkit
from msgspec.structs import replace

from auditor.cli.audits.elsewhere import audit_process, on_processes, process_worker
from auditor.cli.audits.elsewhere.audit_process import AuditProcess
from auditor.demo.contoso import contoso
from auditor.demo.faults import Fault
from auditor.demo.healthy import healthy_online
from auditor.demo.server import SimulatedTenant
from auditor.demo.serving import configuration_of
from connectors.sources.live import LiveServers
from tests.end_to_end.conftest import Call, call, finished
from tests.end_to_end.test_many_environments import with_own_addresses
from tests.waiting import PATIENCE_S, wait_until

TIMES = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
RUN_IDS = re.compile(rb'"run":\{"id":"[0-9a-f-]{36}"')
REQUESTS = re.compile(rb'"requests":\d+')
TWO_PROCESSES = (
    "import sys\n"
    "from auditor.cli.audits.elsewhere import on_processes\n"
    "on_processes.processors = lambda: 2\n"
    "on_processes._OF_EACH_PROCESS = 1\n"
    "from auditor.__main__ import main\n"
    "sys.exit(main(sys.argv[1:]))\n"
)


@pytest.fixture(scope="module")
def tenants() -> Iterator[dict[str, SimulatedTenant]]:
    """Four environments; two of them are copies of one, and two have profiles with one account."""
    shared = with_own_addresses(healthy_online(12), "shared")
    own = with_own_addresses(contoso(), "e3")
    profiles = {"emailserverprofiles": contoso().tables["emailserverprofiles"]}
    organisations = {
        "e0": contoso(),
        "e1": shared,
        "e2": shared,
        "e3": replace(own, tables={**own.tables, **profiles}),
    }
    with contextlib.ExitStack() as stack:
        yield {
            name: stack.enter_context(SimulatedTenant(each)) for name, each in organisations.items()
        }


@pytest.fixture
def config(tenants: dict[str, SimulatedTenant], tmp_path: Path) -> Iterator[Path]:
    whole = tomlkit.document()
    whole["environments"] = tomlkit.table()
    bundle = tmp_path / "authorities.pem"
    bundle.write_bytes(b"".join(each.ca_bundle.read_bytes() for each in tenants.values()))
    for name, tenant in tenants.items():
        (own,) = tomlkit.parse(configuration_of(tenant))["environments"].values()  # type: ignore
        whole["environments"][name] = own.unwrap()  # type: ignore[index]
    whole["tls"] = {"ca_bundle": f"file:{bundle}"}
    whole["dns"] = {"servers": [tenants["e0"].name_server]}
    path = tmp_path / "auditor.toml"
    path.write_text(tomlkit.dumps(whole), "utf-8")
    yield path
    for tenant in tenants.values():
        tenant.faults.clear()


@pytest.fixture(autouse=True)
def two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(on_processes, "processors", lambda: 2)
    monkeypatch.setattr(on_processes, "_OF_EACH_PROCESS", 1)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of the processes that were started."""
    found: list[int] = []
    original = subprocess.Popen.__init__

    def begun(self: Any, words: Any, *given: Any, **more: Any) -> None:
        original(self, words, *given, **more)
        if any("process_worker" in each for each in words):
            found.append(self.pid)

    monkeypatch.setattr(subprocess.Popen, "__init__", begun)
    return found


def run_all(config: Path, *more: str) -> tuple[str, ...]:
    report = "--report=json={environment}.json"
    return ("run", "--all", "--config", str(config), "--quiet", report, "--jobs", "4", *more)


def process(*arguments: str) -> "subprocess.Popen[str]":
    """The program as a process of its own, which does audits by two more."""
    return subprocess.Popen(
        [sys.executable, "-c", TWO_PROCESSES, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def lasting(report: bytes) -> bytes:
    """A report without what is another in every run: its id, when and how often it asked."""
    return REQUESTS.sub(b"", RUN_IDS.sub(b"", TIMES.sub(b"T", report)))


def reports(directory: Path) -> dict[str, dict[str, Any]]:
    return {each.stem: json.loads(each.read_bytes()) for each in directory.glob("e?.json")}


def test_all_that_is_found_is_byte_for_byte_what_one_process_finds(
    config: Path,
    tenants: dict[str, SimulatedTenant],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    started: list[int],
) -> None:
    said: list[bytes] = []
    original = process_worker.Speaker.say

    def say(self: Any, what: Any) -> None:
        said.append(getattr(what, "asked", b""))
        original(self, what)

    monkeypatch.setattr(process_worker.Speaker, "say", say)
    found: dict[str, Any] = {}
    for where, count in {"one": 1, "two": 2}.items():
        monkeypatch.setattr(on_processes, "_MOST_PROCESSES", count)
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / where / "data"))
        (tmp_path / where).mkdir()
        monkeypatch.chdir(tmp_path / where)
        run = call(
            *run_all(config, "--overview=json=overview.json", "--snapshot={environment}.snap"),
            "--report=html={environment}.html",
        )
        assert run.code == 4
        history = call("history", "list", "--config", config, "--format", "json")
        found[where] = {
            "overview": lasting((tmp_path / where / "overview.json").read_bytes()),
            "reports": {
                each.name: lasting(each.read_bytes())
                for each in sorted((tmp_path / where).glob("e?.json"))
            },
            "snapshots": sorted(each.name for each in (tmp_path / where).glob("*.snap")),
            "history": sorted(
                (each["environment"], each["complete"], json.dumps(each["numbers"]))
                for each in json.loads(history.out)
            ),
            "errors": sorted(run.err.splitlines()),
        }
        assert len(started) == (2 if count == 2 else 0)
    assert len(found["one"]["reports"]) == 4
    assert found["two"] == found["one"]
    notes = json.dumps(reports(tmp_path / "two")["e0"]["notes"])
    assert "with the same user name" in notes, "digests of both processes are compared"
    passed = b"".join(said)
    assert b"file:" in passed
    for tenant in tenants.values():
        for secret in (tenant.client_secret, *tenant.state.tokens.issued[-1:]):
            assert secret.encode() not in passed
    assert call("verify", tmp_path / "two" / "e1.snap").code == 0


def killed_while_reading(
    tenants: dict[str, SimulatedTenant], started: list[int], often: int
) -> threading.Thread:
    """Kills the first process as soon as each of both has mailboxes to wait for, so many times."""
    for tenant in tenants.values():
        tenant.faults.add(Fault("slow", path="*/mailboxes*", seconds=1.5))

    def kill() -> None:
        for number in range(often):
            wait_until(lambda number=number: len(started) > number)  # type: ignore[misc]
            before = [len(each.requests) for each in tenants.values()]
            wait_until(
                lambda before=before: any(  # type: ignore[misc]
                    "mailboxes" in request.path
                    for of, since in zip(tenants.values(), before, strict=True)
                    for request in of.requests[since:]
                )
            )
            os.kill(started[number], signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    return killer


@pytest.mark.skipif(os.name == "nt", reason="Windows ends a process without a signal")
def test_environments_of_a_killed_process_are_done_again(
    config: Path, tenants: dict[str, SimulatedTenant], tmp_path: Path, started: list[int]
) -> None:
    killer = killed_while_reading(tenants, started, 1)
    run = call(*run_all(config))
    killer.join()
    assert len(started) > 2
    assert run.code in (1, 4)
    assert all(len(each["sources"]) for each in reports(tmp_path).values())
    assert len(reports(tmp_path)) == 4
    assert "ended twice" not in run.err
    for each in started:
        with pytest.raises(ProcessLookupError):
            os.kill(each, 0)


@pytest.mark.skipif(os.name == "nt", reason="Windows ends a process without a signal")
def test_environments_of_a_process_that_says_nothing_any_more_are_done_again(
    config: Path, tmp_path: Path, started: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_process, "_ASKING_S", 0.1)
    monkeypatch.setattr(audit_process, "_SILENT_S", 20.0)
    original = AuditProcess.ask

    def ask(self: AuditProcess, number: int, asked: bytes) -> Any:
        if self._program.pid == started[0]:
            self._program.send_signal(signal.SIGSTOP)
        return original(self, number, asked)

    monkeypatch.setattr(AuditProcess, "ask", ask)
    run = call(*run_all(config))
    assert run.code in (1, 4)
    found = reports(tmp_path)
    assert len(found) == 4
    assert found["e1"]["complete"]
    assert found["e2"]["complete"]
    assert "ended twice" not in run.err


@pytest.mark.skipif(os.name == "nt", reason="Windows ends a process without a signal")
def test_an_environment_that_ends_every_process_is_told_and_costs_no_other(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deadly = (
        "import os, signal; from auditor.cli.audits.elsewhere import on_worker;"
        "original = on_worker._audited;"
        "on_worker._audited = lambda asked: os.kill(os.getpid(), signal.SIGKILL)"
        " if 'e1' in asked.configuration.environments else original(asked);"
    )
    start = on_processes._START.replace("from auditor", deadly + "from auditor", 1)
    monkeypatch.setattr(on_processes, "_START", start)
    run = call(*run_all(config))
    found = reports(tmp_path)
    assert len(found) == 4
    assert not found["e1"]["complete"]
    (line,) = (each for each in run.err.splitlines() if "e1:" in each)
    assert "ended twice before it was done (SIGKILL)" in line
    assert found["e2"]["complete"]


@pytest.mark.skipif(os.name == "nt", reason="Windows ends a process without a signal")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_told_to_stop_all_end_and_what_was_finished_is_reported(
    config: Path,
    tenants: dict[str, SimulatedTenant],
    tmp_path: Path,
    number: signal.Signals,
    code: int,
) -> None:
    for name in ("e0", "e2", "e3"):
        tenants[name].faults.add(Fault("slow", path="*/mailboxes*", seconds=2 * PATIENCE_S))
    running = process(*run_all(config))
    wait_until((tmp_path / "e1.json").exists)
    children = Path(f"/proc/{running.pid}/task/{running.pid}/children")
    own = [int(each) for each in children.read_text().split()] if children.exists() else []
    running.send_signal(number)
    ended = finished(running)
    assert ended.code == code
    assert "stopped: 1 of 4 audits had ended" in ended.err
    assert list(reports(tmp_path)) == ["e1"]
    for each in own:
        wait_until(lambda each=each: not Path(f"/proc/{each}").exists())  # type: ignore[misc]


@pytest.mark.skipif(os.name == "nt", reason="Windows ends a process without a signal")
def test_a_killed_run_leaves_no_process_and_is_gone_on_with(
    config: Path, tenants: dict[str, SimulatedTenant], tmp_path: Path
) -> None:
    for tenant in tenants.values():
        tenant.faults.add(Fault("slow", path="*/mailboxes*", seconds=2 * PATIENCE_S))
    since = {name: len(each.requests) for name, each in tenants.items()}
    running = process(*run_all(config))
    for name, tenant in tenants.items():
        wait_until(
            lambda of=tenant, name=name: any(  # type: ignore[misc]
                "mailboxes" in each.path for each in of.requests[since[name] :]
            )
        )
    children = Path(f"/proc/{running.pid}/task/{running.pid}/children")
    own = [int(each) for each in children.read_text().split()] if children.exists() else []
    running.kill()
    finished(running)
    for each in own:
        wait_until(lambda each=each: not Path(f"/proc/{each}").exists())  # type: ignore[misc]
    for tenant in tenants.values():
        tenant.faults.clear()
    run = call(*run_all(config, "--resume"))
    assert run.code in (1, 4)
    assert all("Resumed:" in json.dumps(each["notes"]) for each in reports(tmp_path).values())


def test_each_keeps_the_time_limit_of_the_run(
    config: Path, tenants: dict[str, SimulatedTenant], tmp_path: Path
) -> None:
    tenants["e1"].faults.add(Fault("slow", path="*/mailboxes*", seconds=2 * PATIENCE_S))
    run = call(*run_all(config, "--timeout", "30"))
    assert run.code in (3, 4)
    assert "deadline" in run.err
    found = reports(tmp_path)
    assert not found["e1"]["complete"]
    assert found["e2"]["complete"]


def test_one_that_lacks_its_secret_stops_no_other(config: Path, tmp_path: Path) -> None:
    whole = tomlkit.parse(config.read_text("utf-8"))
    environments: Any = whole["environments"]
    environments["e1"]["auth"]["client_secret"] = "file:absent"
    config.write_text(tomlkit.dumps(whole), "utf-8")
    run: Call = call(*run_all(config))
    assert "The environment cannot be set up" in run.err
    found = reports(tmp_path)
    assert not found["e1"]["complete"]
    assert found["e2"]["complete"]


def test_audits_are_not_done_here_where_they_are_done_by_processes(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def opened(*_: Any) -> None:
        raise AssertionError("read by this process")

    monkeypatch.setattr(LiveServers, "open", opened)
    assert call(*run_all(config)).code in (1, 4)
