"""How many processes do the audits of a run, and what becomes of those that end too early."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec.structs import replace

from auditor.cli.audits.elsewhere import on_processes as module
from auditor.cli.audits.elsewhere.asked import Asked
from auditor.cli.audits.elsewhere.audit_process import AuditProcess
from auditor.cli.audits.elsewhere.on_processes import Processes, process_count
from auditor.cli.audits.elsewhere.receiving import BrokenOff
from auditor.configuration import Auth, Configuration, Environment, Graph
from connectors.transport.errors import SourceFailed
from connectors.transport.shutdown import STOPPING
from tests.auditor.cli.audits.elsewhere.test_asked import ASKED
from tests.auditor.cli.audits.test_comparing import given
from tests.waiting import wait_until

BY_SECRET = Auth(method="client-secret", client_secret="file:secret")
PROGRAM = """\
import os, sys, time
sys.path.append(sys.argv[1])
import msgspec
from connectors.odata.decoder_worker import read_frame, write_frame
def answer(number, **answer):
    told = msgspec.msgpack.encode(answer)
    said = {"type": "answered", "number": number, "answer": told}
    write_frame(sys.stdout.buffer, msgspec.msgpack.encode(said))
while (frame := read_frame(sys.stdin.buffer)) is not None:
    said = msgspec.msgpack.decode(frame)
    if said["type"] != "do":
        continue
    asked = msgspec.msgpack.decode(said["asked"])
    (name,) = asked["configuration"]["environments"]
    if name == "deadly":
        os._exit(7)
    if name == "hanging":
        continue
    told = {"type": "broken", "words": f"{name} {os.getpid()}", "is_defect": False}
    answer(said["number"], **told)
"""
"""A process that answers with its number, ends, or does not answer at all."""


def configured(tmp_path: Path, count: int, auth: Auth = BY_SECRET, **more: Any) -> Configuration:
    (tmp_path / "secret").write_text("s3cret")
    return Configuration(
        path=tmp_path / "auditor.toml",
        environments={
            f"e{number}": Environment(name=f"e{number}", url="https://c", auth=auth, **more)
            for number in range(count)
        },
    )


class TestProcessCount:
    @pytest.fixture(autouse=True)
    def eight_processors(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "processors", lambda: 8)

    def count(self, configuration: Configuration, at_once: int = 100, **options: Any) -> int:
        environments = tuple(configuration.environments.values())
        return process_count(configuration, environments, at_once, given(**options))

    @pytest.mark.parametrize(
        ("environments", "at_once", "count"),
        [(1, 8, 1), (7, 8, 1), (8, 8, 2), (200, 8, 2), (200, 7, 1), (200, 12, 3), (200, 64, 4)],
    )
    def test_there_is_one_for_each_four_environments_at_the_same_time(
        self, tmp_path: Path, environments: int, at_once: int, count: int
    ) -> None:
        assert self.count(configured(tmp_path, environments), at_once) == count

    @pytest.mark.parametrize(("processors", "count"), [(1, 1), (2, 2), (64, 4)])
    def test_there_are_no_more_than_processors(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, processors: int, count: int
    ) -> None:
        monkeypatch.setattr(module, "processors", lambda: processors)
        assert self.count(configured(tmp_path, 50)) == count

    @pytest.mark.parametrize("options", [{"redaction": object()}, {"verbose": True}])
    def test_what_is_kept_together_is_done_by_one(
        self, tmp_path: Path, options: dict[str, Any]
    ) -> None:
        assert self.count(configured(tmp_path, 50), **options) == 1

    @pytest.mark.parametrize("method", ["device-code", "interactive"])
    def test_a_person_signs_in_at_one(self, tmp_path: Path, method: str) -> None:
        own = Auth(method=method, tenant="t", client_id="c")
        assert self.count(configured(tmp_path, 50, own)) == 1
        assert self.count(configured(tmp_path, 50, graph=Graph(auth=own))) == 1
        assert self.count(configured(tmp_path, 50, graph=Graph())) == 4

    @pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
    def test_a_secret_that_can_be_read_once_is_read_by_one(self, tmp_path: Path) -> None:
        for reference, count in {
            "file:/dev/stdin": 1,
            "file:pipe": 1,
            "file:absent": 4,
            "env:NAME": 4,
        }.items():
            if reference == "file:pipe":
                os.mkfifo(tmp_path / "pipe")
            own = replace(BY_SECRET, client_secret=reference)
            assert self.count(configured(tmp_path, 50, own)) == count


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> Iterator[Processes]:
    monkeypatch.setattr(module, "_START", PROGRAM)
    monkeypatch.setattr(module, "_SLICE_S", 0.01)
    with Processes(2) as two:
        yield two


@pytest.fixture
def stopping() -> Iterator[threading.Event]:
    yield STOPPING
    STOPPING.clear()


def asked(name: str, **more: Any) -> Asked:
    configuration = replace(
        ASKED.configuration,
        environments={name: replace(ASKED.configuration.environments["c"], name=name)},
    )
    return replace(ASKED, configuration=configuration, **more)


def process_of(processes: Processes, name: str) -> str:
    """The number of the process that answered."""
    with pytest.raises(BrokenOff) as said:
        processes.done(asked(name))
    told, _, number = str(said.value).partition(" ")
    assert told == name
    return number


def test_there_are_so_many_and_the_least_busy_one_is_asked(processes: Processes) -> None:
    assert len(processes._pool) == 2
    waiting = [
        threading.Thread(target=lost_sight_of, args=(processes,), daemon=True) for _ in range(3)
    ]
    for each in waiting:
        each.start()
    wait_until(lambda: sum(map(len, processes._pool)) == 3)
    assert sorted(map(len, processes._pool)) == [1, 2]
    STOPPING.set()
    processes.close()
    for each in waiting:
        each.join()
    STOPPING.clear()


def test_environments_with_one_account_are_audited_by_one_process(processes: Processes) -> None:
    def chosen(username: str) -> AuditProcess:
        own = asked("a")
        (environment,) = own.configuration.environments.values()
        auth = Auth(method="ntlm", username=username, password="env:P")
        environments = {"a": replace(environment, auth=auth)}
        configuration = replace(own.configuration, environments=environments)
        return processes._process_for(replace(own, configuration=configuration))

    for name in ("one", "two", "three"):
        assert chosen(name) is chosen(name.upper())
    assert len({chosen(f"account-{number}") for number in range(20)}) == 2


def lost_sight_of(processes: Processes) -> None:
    assert processes.done(asked("hanging")) is None


def test_an_audit_whose_process_ends_is_done_again_once_and_then_told(
    processes: Processes,
) -> None:
    before = process_of(processes, "a")
    with pytest.raises(SourceFailed, match=r"ended twice before it was done \(exit code 7\)"):
        processes.done(asked("deadly"))
    assert process_of(processes, "a") != before
    assert processes._to_do_again == 0


def test_audits_beside_it_are_done_again_in_peace(processes: Processes) -> None:
    ended: list[str] = []

    def deadly() -> None:
        with pytest.raises(SourceFailed):
            processes.done(asked("deadly"))
        ended.append("deadly")

    threads = [threading.Thread(target=deadly) for _ in range(2)]
    threads += [
        threading.Thread(target=lambda: ended.append(process_of(processes, "a"))) for _ in range(6)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(ended) == 8
    assert ended.count("deadly") == 2
    assert processes._to_do_again == 0


def test_one_that_does_not_answer_in_time_is_ended(
    processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_GRACE_S", 0)
    before = process_of(processes, "a")
    with pytest.raises(SourceFailed, match="did not end within the time limit") as failed:
        processes.done(asked("hanging", ends_at=0.0))
    assert failed.value.code == "deadline"
    assert process_of(processes, "a") != before


def test_nobody_waits_for_one_that_is_told_to_stop_and_does_not(
    processes: Processes, monkeypatch: pytest.MonkeyPatch, stopping: threading.Event
) -> None:
    monkeypatch.setattr(module, "_GRACE_S", 0)
    stopping.set()
    assert processes.done(asked("hanging")) is None


def test_where_none_can_be_started_it_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "sys", SimpleNamespace(executable=""))
    with (
        Processes(2) as none,
        pytest.raises(SourceFailed, match="No process could be started for it"),
    ):
        none.done(asked("a"))


def test_what_one_was_refused_is_told_to_all_others_and_those_started_later(
    processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[tuple[Any, Any]] = []
    original = AuditProcess.say

    def say(self: Any, what: Any) -> None:
        said.append((self, what))
        original(self, what)

    monkeypatch.setattr(module.AuditProcess, "say", say)
    first, second = processes._pool
    refusal = module.Refusal("digest", "reason")
    processes.learn(refusal, first)
    assert said == [(second, refusal)]
    first.kill(-1)
    wait_until(lambda: first not in processes._pool)
    process_of(processes, "a")
    (third,) = set(processes._pool) - {second}
    assert (third, refusal) in said
