"""A cluster is used where it can be trusted to do what is asked; the tests answer for Dask."""

import contextlib
import logging
import platform
import sys
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from auditor.cli.audits.elsewhere import on_cluster as module
from auditor.cli.audits.elsewhere.asked import Broken, Refused, Stopped, build, encoded
from auditor.cli.audits.elsewhere.on_cluster import Cluster
from auditor.cli.audits.elsewhere.receiving import BrokenOff
from auditor.cli.audits.tasks import Done
from auditor.usage import UsageProblem
from connectors.transport.errors import SourceFailed
from connectors.transport.shutdown import STOPPING

ADDRESS = "tls://dask.contoso.example:8786"
PYTHON = ".".join(platform.python_version_tuple()[:2])


class KilledWorker(Exception):
    """As Dask says that each worker was lost."""


class Future:
    def __init__(self, answer: bytes | Exception | None, *, ends: bool) -> None:
        self.answer, self.ends, self.cancelled = answer, ends, 0

    def add_done_callback(self, told: Callable[[Any], None]) -> None:
        if self.ends:
            told(self)

    def result(self) -> bytes | None:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def cancel(self) -> None:
        self.cancelled += 1
        raise OSError("the scheduler is gone")


class Client:
    """A cluster with these workers, which answers every task alike."""

    def __init__(self) -> None:
        self.threads = {"tls://one": 4, "tls://two": 8}
        self.pythons = dict.fromkeys(self.threads, f"{PYTHON}.9.final.0")
        self.builds: dict[str, object] = dict.fromkeys(self.threads, build())
        self.answer: bytes | Exception | None = None
        self.ends = True
        self.futures: list[Future] = []
        self.keys: list[str] = []
        self.stopped: list[str] = []
        self.closed = 0
        self.workers_come = True

    def submit(self, task: Any, asked: bytes, *, key: str, pure: bool) -> Future:
        assert (asked, pure) == (b"asked", False)
        self.keys.append(key)
        self.futures.append(Future(self.answer, ends=self.ends))
        return self.futures[-1]

    def run(self, task: Any, *given: str, on_error: str) -> dict[str, object]:
        if given:
            self.stopped += given
            raise OSError("a worker is gone")
        return self.builds

    def nthreads(self) -> dict[str, int]:
        return self.threads

    def get_versions(self) -> dict[str, Any]:
        return {"workers": {k: {"host": {"python": v}} for k, v in self.pythons.items()}}

    def wait_for_workers(self, number: int, *, timeout: float) -> None:
        if not self.workers_come:
            raise TimeoutError

    def close(self, timeout: float = 0) -> None:
        self.closed += 1


class Clock:
    now = 1000.0

    def monotonic(self) -> float:
        return self.now

    def time(self) -> float:
        return self.now


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Client:
    """What every address leads to."""
    found = Client()
    distributed = SimpleNamespace(Client=lambda address, **_: found, KilledWorker=KilledWorker)
    monkeypatch.setitem(sys.modules, "distributed", distributed)  # type: ignore[arg-type]
    monkeypatch.setattr(module, "encoded", lambda asked: b"asked")
    monkeypatch.setattr(module, "_SLICE_S", 0)
    return found


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(module, "time", found)
    return found


@pytest.fixture
def stopping() -> Iterator[None]:
    STOPPING.set()
    yield
    STOPPING.clear()


def asked(ends_at: float | None = None) -> Any:
    return SimpleNamespace(
        configuration=SimpleNamespace(environments={"contoso": None}), run="r-1", ends_at=ends_at
    )


def done() -> Done:
    sent: Any = None
    return Done(sent, ("a remark",))


@pytest.mark.parametrize(
    ("address", "checked"),
    [
        ("tls://dask.contoso.example:8786", "tls://dask.contoso.example:8786"),
        ("wss://dask.contoso.example:443", "wss://dask.contoso.example:443"),
        ("127.0.0.1:8786", "tcp://127.0.0.1:8786"),
        ("tcp://localhost:8786", "tcp://localhost:8786"),
    ],
)
def test_what_is_encrypted_or_stays_on_this_computer_is_connected_to(
    address: str, checked: str
) -> None:
    assert module._checked(address) == checked


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("tcp://dask.contoso.example:8786", "tcp:// is not encrypted"),
        ("dask.contoso.example:8786", "tcp:// is not encrypted"),
        ("ws://dask.contoso.example:8786", "ws:// is not encrypted"),
        ("tls://dask.contoso.example", "takes the address of a scheduler"),
        ("tls://:8786", "takes the address of a scheduler"),
        ("", "takes the address of a scheduler"),
    ],
)
def test_what_is_not_encrypted_or_no_address_is_refused(address: str, words: str) -> None:
    with pytest.raises(UsageProblem, match=words):
        module._checked(address)


def test_a_cluster_of_this_release_is_used_and_left(client: Client) -> None:
    with Cluster(ADDRESS) as cluster:
        assert client.closed == 0
        assert cluster.most_at_once == 24
        client.threads = {"tls://one": 4}
        assert cluster.most_at_once == 16
        client.threads = {"tls://one": 5000}
        assert cluster.most_at_once == 1000
    assert client.closed == 1


def test_a_worker_of_another_release_is_named_and_the_cluster_left(client: Client) -> None:
    client.builds["tls://two"] = "0.1.0 of abc"
    with pytest.raises(UsageProblem, match=r"workers have 0\.1\.0 of abc, and this is"):
        Cluster(ADDRESS)
    assert client.closed == 1


def test_a_worker_of_another_python_is_named_without_asking_it_anything(client: Client) -> None:
    client.pythons["tls://two"] = "2.7.18.final.0"
    client.builds = {}
    with pytest.raises(UsageProblem, match=r"workers have Python 2\.7, and this is"):
        Cluster(ADDRESS)


def test_a_worker_that_was_lost_just_now_says_nothing_of_its_release(client: Client) -> None:
    client.builds["tls://two"] = OSError("gone")
    Cluster(ADDRESS).close()


def test_a_cluster_without_a_worker_or_a_scheduler_is_refused(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.workers_come = False
    with pytest.raises(UsageProblem, match=f"start one with: dask worker {ADDRESS}"):
        Cluster(ADDRESS)
    assert client.closed == 1

    def nobody(*_: Any, **__: Any) -> None:
        raise OSError("timed out") from ConnectionRefusedError("port 8786")

    monkeypatch.setattr(sys.modules["distributed"], "Client", nobody)
    with pytest.raises(UsageProblem, match=r"no scheduler answers there \(ConnectionRefusedError"):
        Cluster(ADDRESS)


def test_without_the_package_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)  # type: ignore[arg-type]
    with pytest.raises(UsageProblem, match=r"pip install 'server-side-sync-auditor\[dask\]'"):
        Cluster(ADDRESS)


def test_an_audit_is_asked_for_by_run_and_environment_and_given_as_it_comes(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = done()
    client.answer = b"an answer"
    monkeypatch.setattr(module, "answer_in", {b"an answer": answer}.__getitem__)
    with Cluster(ADDRESS) as cluster:
        assert cluster.done(asked()) is answer
    assert client.keys == ["audit-r-1-contoso"]
    assert (client.stopped, client.futures[0].cancelled) == ([], 1)


def test_an_audit_that_was_cut_short_when_its_run_was_told_to_stop_is_none(client: Client) -> None:
    client.answer = encoded(Stopped())
    with Cluster(ADDRESS) as cluster:
        assert cluster.done(asked()) is None


@pytest.mark.parametrize("is_defect", [True, False])
def test_an_audit_that_broke_off_says_why_and_whose_fault_it_is(
    client: Client, is_defect: bool
) -> None:
    client.answer = encoded(Broken("the disk is full", is_defect=is_defect))
    with Cluster(ADDRESS) as cluster, pytest.raises(BrokenOff, match="the disk is full") as broken:
        cluster.done(asked())
    assert broken.value.is_defect is is_defect


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (encoded(Refused("0.1.0 of abc")), r"another release \(0\.1\.0 of abc\)"),
        (None, "does not have this program"),
        (KilledWorker("10.0.0.7"), "Each worker of the cluster that did the audit was lost"),
        (RuntimeError("secret"), r"The cluster lost the audit \(RuntimeError\)\.$"),
    ],
)
def test_what_no_worker_could_do_is_an_audit_that_was_not_done(
    client: Client, answer: bytes | Exception | None, words: str
) -> None:
    client.answer = answer
    with Cluster(ADDRESS) as cluster, pytest.raises(SourceFailed, match=words) as failed:
        cluster.done(asked())
    assert failed.value.code == "not-done"
    assert "secret" not in str(failed.value)


def test_a_program_that_is_to_stop_waits_for_no_worker_and_stops_the_run_once(
    client: Client, stopping: None
) -> None:
    client.ends = False
    with Cluster(ADDRESS) as cluster:
        assert cluster.done(asked()) is None
        assert cluster.done(asked()) is None
    assert client.stopped == ["r-1"]
    assert [each.cancelled for each in client.futures] == [1, 1]


def test_no_answer_is_waited_for_beyond_the_time_limit_and_its_grace(
    client: Client, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.ends = False
    looks: list[float] = []

    def look(self: Cluster) -> None:
        looks.append(clock.now)
        clock.now += 1

    monkeypatch.setattr(Cluster, "_expect_workers", look)
    with Cluster(ADDRESS) as cluster, pytest.raises(SourceFailed) as failed:
        cluster.done(asked(ends_at=clock.now))
    assert failed.value.code == "deadline"
    assert looks == [1000.0 + second for second in range(16)]


def test_a_cluster_that_stays_without_a_worker_is_given_up(client: Client, clock: Clock) -> None:
    with Cluster(ADDRESS) as cluster:
        client.threads = {}
        for _ in range(60 // 5 + 1):
            clock.now += 5
            cluster._expect_workers()
        clock.now += 4
        cluster._expect_workers()
        clock.now += 1
        with pytest.raises(SourceFailed, match="has no worker any more"):
            cluster._expect_workers()


def test_a_worker_that_comes_back_in_time_lets_the_audit_go_on(
    client: Client, clock: Clock
) -> None:
    with Cluster(ADDRESS) as cluster:
        workers = client.threads
        for client.threads in ({}, workers, {}):
            clock.now += 50
            cluster._expect_workers()
        clock.now += 50
        cluster._expect_workers()
        clock.now += 50
        with pytest.raises(SourceFailed):
            cluster._expect_workers()


def test_dask_is_silent_while_it_is_asked_and_no_longer() -> None:
    log = logging.getLogger("distributed")
    before = log.level
    with contextlib.suppress(ValueError), module._quiet():
        assert log.level == logging.CRITICAL
        raise ValueError
    assert log.level == before


def test_a_worker_is_asked_what_it_has_and_says_where_it_has_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert module._build_of_worker()() == build()
    for name in ("auditor.cli.audits.elsewhere.asked", "auditor.cli.audits.elsewhere.on_worker"):
        monkeypatch.setitem(sys.modules, name, None)  # type: ignore[arg-type]
    assert module._build_of_worker()() == "no such program"
    assert module._on_worker()(b"asked") is None
