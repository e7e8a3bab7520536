"""`run --dask`: the same audits on a real scheduler with workers of its own."""

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

import fsspec
import pytest
import tomlkit
from distributed import Client
from msgspec import Struct

from auditor.cli.audits.elsewhere import on_cluster
from auditor.demo.faults import Fault
from auditor.demo.healthy import healthy_online
from auditor.demo.server import SimulatedTenant
from auditor.demo.serving import configuration_of
from tests.end_to_end.conftest import call, finished, process
from tests.end_to_end.test_many_environments import with_own_addresses
from tests.waiting import PATIENCE_S, wait_until

TIMES = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
RUN_IDS = re.compile(rb'"run":\{"id":"[0-9a-f-]{36}"')
REQUESTS = re.compile(rb'"requests":\d+')


@pytest.fixture(scope="module")
def tenants() -> Iterator[dict[str, SimulatedTenant]]:
    """Three environments; the last two are copies of one organisation."""
    shared = with_own_addresses(healthy_online(12), "shared")
    organisations = {
        "e0": with_own_addresses(healthy_online(12), "e0"),
        "e1": shared,
        "e2": shared,
    }
    with contextlib.ExitStack() as stack:
        yield {
            name: stack.enter_context(SimulatedTenant(each)) for name, each in organisations.items()
        }


class Cluster(Struct):
    """A scheduler and two workers, each a process; the workers alone know the secrets."""

    address: str
    scheduler: "subprocess.Popen[bytes]"
    workers: "list[subprocess.Popen[bytes]]"
    logs: Path


def variable(name: str) -> str:
    return f"SECRET_OF_{name.upper()}"


def written(path: Path) -> dict[str, Any]:
    """What a file of JSON holds; nothing while it is not there, or there in part."""
    try:
        return dict(json.loads(path.read_bytes()))
    except (FileNotFoundError, ValueError):
        return {}


@contextlib.contextmanager
def cluster_of(
    tenants: dict[str, SimulatedTenant], logs: Path, workers: int = 2
) -> Iterator[Cluster]:
    environment = {
        **os.environ,
        "XDG_STATE_HOME": str(logs / "state"),
        "DASK_DISTRIBUTED__WORKER__PREFERRED_DIRECTORY": str(logs),
    }
    secrets = {variable(name): tenant.client_secret for name, tenant in tenants.items()}
    own = ("--no-dashboard", "--scheduler-file", str(logs / "scheduler.json"))

    def started(program: str, *more: str, **variables: str) -> "subprocess.Popen[bytes]":
        log = (logs / f"{program}-{len(list(logs.iterdir()))}.log").open("wb")
        with log:
            return subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.dask_{program}", *own, *more],
                env={**environment, **variables},
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=logs,
            )

    with contextlib.ExitStack() as stack:

        def kept(running: "subprocess.Popen[bytes]") -> "subprocess.Popen[bytes]":
            def end() -> None:
                running.kill()
                running.wait()

            stack.callback(end)
            return running

        scheduler = kept(started("scheduler", "--host", "127.0.0.1", "--port", "0"))
        # The file is there before all of it is written.
        wait_until(lambda: written(logs / "scheduler.json"))
        address = written(logs / "scheduler.json")["address"]
        more = ("--no-nanny", "--nthreads", "1", "--local-directory", str(logs))
        found = [kept(started("worker", *more, **secrets)) for _ in range(workers)]
        yield Cluster(address, scheduler, found, logs)


@pytest.fixture(scope="module")
def cluster(
    tenants: dict[str, SimulatedTenant], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cluster]:
    with cluster_of(tenants, tmp_path_factory.mktemp("cluster")) as found:
        yield found


@pytest.fixture
def config(tenants: dict[str, SimulatedTenant], tmp_path: Path) -> Iterator[Path]:
    whole = tomlkit.document()
    whole["environments"] = tomlkit.table()
    bundle = tmp_path / "authorities.pem"
    bundle.write_bytes(b"".join(each.ca_bundle.read_bytes() for each in tenants.values()))
    for name, tenant in tenants.items():
        (own,) = tomlkit.parse(configuration_of(tenant))["environments"].values()  # type: ignore
        own["auth"]["client_secret"] = f"env:{variable(name)}"
        whole["environments"][name] = own.unwrap()  # type: ignore[index]
    whole["tls"] = {"ca_bundle": f"file:{bundle}"}
    whole["dns"] = {"servers": [tenants["e0"].name_server]}
    path = tmp_path / "auditor.toml"
    path.write_text(tomlkit.dumps(whole), "utf-8")
    yield path
    for tenant in tenants.values():
        tenant.faults.clear()


def run_all(config: Path, *more: str) -> tuple[str, ...]:
    return ("run", "--all", "--config", str(config), "--quiet", *more)


def lasting(report: bytes) -> bytes:
    """A report without what is another in every run: its id, when and how often it asked."""
    return REQUESTS.sub(b"", RUN_IDS.sub(b"", TIMES.sub(b"T", report)))


def test_reports_history_and_overview_are_those_of_one_machine(
    config: Path,
    tenants: dict[str, SimulatedTenant],
    cluster: Cluster,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found: dict[str, dict[str, Any]] = {}
    for where, more in {"cluster": ("--dask", cluster.address), "here": ()}.items():
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / where / "data"))
        (tmp_path / where).mkdir()
        if where == "here":
            for name, tenant in tenants.items():
                monkeypatch.setenv(variable(name), tenant.client_secret)
        reports = f"--report=json={where}/{{environment}}.json"
        page = f"--overview=json={where}/overview.json"
        run = call(*run_all(config, reports, page, *more))
        assert (run.code, run.err) == (1, "")
        history = call("history", "list", "--config", config, "--format", "json")
        found[where] = {
            "overview": lasting((tmp_path / where / "overview.json").read_bytes()),
            "reports": {
                name: lasting((tmp_path / where / f"{name}.json").read_bytes()) for name in tenants
            },
            "history": sorted(
                (each["environment"], each["complete"], json.dumps(each["numbers"]))
                for each in json.loads(history.out)
            ),
        }
    assert len(found["here"]["reports"]["e2"]) > 10_000
    assert found["cluster"] == found["here"]
    (shared,) = json.loads((tmp_path / "cluster/overview.json").read_bytes())["shared_addresses"]
    assert shared["environments"] == ["e1", "e2"]


def memory_of(process: int) -> bytes:
    """What a process holds that it can write to."""
    held = []
    with open(f"/proc/{process}/mem", "rb", 0) as memory:
        for line in Path(f"/proc/{process}/maps").read_text().splitlines():
            span, rights, *_ = line.split()
            if "rw" in rights and not line.endswith(("[vvar]", "[vsyscall]")):
                start, end = (int(each, 16) for each in span.split("-"))
                memory.seek(start)
                with contextlib.suppress(OSError):
                    held.append(memory.read(end - start))
    return b"".join(held)


@pytest.mark.skipif(sys.platform != "linux", reason="the memory of a process is read from /proc")
def test_no_secret_is_in_the_scheduler_its_graph_or_any_log(
    config: Path, tenants: dict[str, SimulatedTenant], cluster: Cluster
) -> None:
    before = len(tenants["e1"].requests)
    tenants["e1"].faults.add(Fault("slow", path="*/mailboxes*", seconds=3))
    running = process(
        *run_all(config, "--report=json={environment}.json", "--dask", cluster.address)
    )
    wait_until(lambda: any("mailboxes" in each.path for each in tenants["e1"].requests[before:]))
    # Stopped meanwhile, so that it cannot be done with the graph before all was read.
    cluster.scheduler.send_signal(signal.SIGSTOP)
    in_the_middle = memory_of(cluster.scheduler.pid)
    cluster.scheduler.send_signal(signal.SIGCONT)
    assert finished(running).code == 1
    logs = b"".join(each.read_bytes() for each in cluster.logs.glob("*.log"))
    assert b"env:SECRET_OF_E1" in in_the_middle, "the graph is in the memory that was read"
    assert b"Registered to" in logs
    marked = [
        each.encode()
        for tenant in tenants.values()
        for each in (tenant.client_secret, *tenant.state.tokens.issued[-1:])
    ]
    assert len(marked) == 2 * len(tenants)
    for searched in (in_the_middle, memory_of(cluster.scheduler.pid), logs):
        assert not any(each in searched for each in marked)


def test_what_fails_on_a_worker_fails_as_it_would_here(
    config: Path, tenants: dict[str, SimulatedTenant], cluster: Cluster, tmp_path: Path
) -> None:
    config.write_text(config.read_text().replace(f"env:{variable('e1')}", "env:NOWHERE"))
    tenants["e0"].faults.add(Fault("forbidden", path="*/mailboxes*"))
    run = call(
        *run_all(config, "--report=json=memory://reports/{environment}.json"),
        *("--dask", cluster.address, "--overview=json=memory://all.json"),
    )
    assert run.code == 3
    lines = {line.split(":")[1].strip(): line for line in run.err.splitlines()}
    assert sorted(lines) == ["e0", "e1"], run.err
    assert "NOWHERE" in lines["e1"]
    files = fsspec.filesystem("memory")
    for name in tenants:
        report = json.loads(files.cat(f"/reports/{name}.json"))
        assert report["complete"] is (name == "e2")
    rows = json.loads(files.cat("/all.json"))["environments"]
    assert sorted(row["environment"] for row in rows) == sorted(tenants)


def test_a_worker_keeps_the_time_limit_of_the_run(
    config: Path, tenants: dict[str, SimulatedTenant], cluster: Cluster, tmp_path: Path
) -> None:
    for tenant in tenants.values():
        tenant.faults.add(Fault("slow", path="*/mailboxes*", seconds=60))
    report = "--report=json={environment}.json"
    run = call(*run_all(config, report, "--dask", cluster.address, "--timeout", "2"))
    assert run.code == 3
    assert run.err.count("deadline") >= len(tenants)
    for name in tenants:
        assert not json.loads((tmp_path / f"{name}.json").read_bytes())["complete"]


def test_workers_of_another_release_are_refused(
    config: Path, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(on_cluster, "build", lambda: "9.9 of 0123456789ab with Python 3.11")
    run = call(*run_all(config, "--report=json={environment}.json", "--dask", cluster.address))
    assert run.code == 2
    assert "install the same release everywhere" in run.err
    assert "9.9" in run.err


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("dask.contoso.com:8786", "not encrypted"),
        ("nonsense", "address of a scheduler"),
        ("tcp://127.0.0.1:1", "no scheduler answers"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused(
    config: Path, address: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(on_cluster, "_CONNECTING_S", 1.0)
    run = call(*run_all(config, "--report=json={environment}.json", "--dask", address))
    assert run.code == 2
    assert words in run.err
    assert len(run.err.splitlines()) == 1


@pytest.mark.parametrize("option", ["--redact", "--resume", "--snapshot={environment}.snap"])
def test_what_only_this_computer_can_do_is_refused(config: Path, option: str) -> None:
    run = call(
        *run_all(config, "--report=json={environment}.json", "--dask", "127.0.0.1:1", option)
    )
    assert run.code == 2
    assert option.partition("=")[0] in run.err


@pytest.mark.skipif(os.name == "nt", reason="Windows ends a process without a signal")
def test_told_to_stop_workers_end_what_they_began_and_what_was_finished_is_reported(
    config: Path, tenants: dict[str, SimulatedTenant], tmp_path: Path
) -> None:
    def under_way() -> int:
        """How many audits a worker has under way. Runs there, where no tests can be imported."""
        from auditor.cli.audits.elsewhere.on_worker import _WORK

        return _WORK._count

    for name in ("e1", "e2"):
        tenants[name].faults.add(Fault("slow", path="*/mailboxes*", seconds=2 * PATIENCE_S))
    logs = tmp_path / "cluster"
    logs.mkdir()
    # A worker for each, so that the audit that can end never waits for the two that cannot.
    with cluster_of(tenants, logs, workers=3) as cluster:
        command = run_all(config, "--report=json={environment}.json", "--dask", cluster.address)
        with process(*command) as running, Client(cluster.address, set_as_default=False) as client:
            try:
                wait_until((tmp_path / "e0.json").exists)
                wait_until(lambda: sum(client.run(under_way).values()) == 2)
                running.send_signal(signal.SIGINT)
                ended = finished(running)
            finally:
                running.kill()
            assert ended.code == 130
            assert "stopped: 1 of 3 audits had ended" in ended.err
            wait_until(lambda: not any(client.run(under_way).values()))
    stored = call("history", "list", "--config", config, "--format", "json")
    assert [each["environment"] for each in json.loads(stored.out)] == ["e0"]
    assert sorted(each.name for each in tmp_path.glob("e*.json")) == ["e0.json"]


def kill_at_work(client: Client, processes: dict[str, int], killed: list[int]) -> None:
    """Kills one worker that has an audit under way."""
    wait_until(lambda: any(client.processing().values()))
    busy = [worker for worker, tasks in client.processing().items() if tasks]
    os.kill(processes[busy[0]], signal.SIGKILL)
    killed.append(processes[busy[0]])


@pytest.mark.skipif(os.name == "nt", reason="Windows ends a process without a signal")
def test_environments_of_a_lost_worker_are_done_again(
    config: Path, tenants: dict[str, SimulatedTenant], cluster: Cluster, tmp_path: Path
) -> None:
    """The last test of this file: from here on the cluster has one worker."""
    for tenant in tenants.values():
        tenant.faults.add(Fault("slow", path="*/mailboxes*", seconds=2))
    killed: list[int] = []
    with Client(cluster.address, set_as_default=False) as client:
        client.wait_for_workers(2)
        of_workers = client.run(os.getpid)
        killer = threading.Thread(target=kill_at_work, args=(client, of_workers, killed))
        killer.start()
        run = call(*run_all(config, "--report=json={environment}.json", "--dask", cluster.address))
        killer.join()
    assert killed in [[each.pid] for each in cluster.workers]
    assert (run.code, run.err) == (1, "")
    for name in tenants:
        assert json.loads((tmp_path / f"{name}.json").read_bytes())["complete"]
