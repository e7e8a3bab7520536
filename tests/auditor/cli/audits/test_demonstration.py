"""The simulated tenant is begun, waited for and ended, and what it lacks is said."""

import io
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec import Struct

from auditor.cli.audits import demonstration as module
from auditor.cli.audits.demonstration import TenantNotUp, demonstrate, tenant
from auditor.configuration import Configuration
from auditor.usage import UsageProblem
from tests.auditor.cli.audits.test_comparing import given
from tests.auditor.recorded import request


class Server:
    """A process that prints a line; `code` is what it ended with."""

    def __init__(self, line: str = "up\n", code: int = 0, *, stubborn: bool = False) -> None:
        self.stdout = io.StringIO(line)
        self.stderr = io.StringIO("the reason\n" if not line else "auditor: stopped by SIGTERM\n")
        self.code = code
        self.stubborn = stubborn
        self.calls: list[str] = []

    def wait(self, timeout_s: float | None = None) -> int:
        if self.stubborn and timeout_s is not None:
            raise subprocess.TimeoutExpired("demo", timeout_s)
        return self.code

    def terminate(self) -> None:
        self.calls.append("terminate")

    def kill(self) -> None:
        self.calls.append("kill")


class TestTenant:
    def up(self, monkeypatch: pytest.MonkeyPatch, server: Server) -> list[str]:
        words: list[str] = []

        def begin(command: list[str], **given: Any) -> Server:
            words.extend(command)
            return server

        monkeypatch.setattr(subprocess, "Popen", begin)
        with tenant(7) as path:
            assert path.parent.is_dir()
            assert words[-1] == str(path)
        assert not path.parent.exists()
        return words

    def test_it_is_there_within_the_block(self, monkeypatch: pytest.MonkeyPatch) -> None:
        server = Server()
        words = self.up(monkeypatch, server)
        assert words[words.index("--scale") + 1] == "7"
        assert server.calls == ["terminate"]
        assert server.stdout.closed
        assert server.stderr.closed

    def test_what_it_says_at_its_end_is_not_repeated(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.up(monkeypatch, Server())
        assert capsys.readouterr().err == ""

    def test_one_that_does_not_end_is_killed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        server = Server(stubborn=True)
        self.up(monkeypatch, server)
        assert server.calls == ["terminate", "kill"]
        assert server.stdout.closed

    @pytest.mark.parametrize(
        ("code", "kind", "words"),
        [
            (2, UsageProblem, "could not start, for the reason given above"),
            (1, TenantNotUp, "it ended with exit code 1"),
        ],
    )
    def test_one_that_ends_at_once_is_no_tenant(
        self,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
        code: int,
        kind: type[Exception],
        words: str,
    ) -> None:
        server = Server("", code)
        with pytest.raises(kind, match=words):
            self.up(monkeypatch, server)
        assert server.calls == ["terminate"]
        assert capsys.readouterr().err == "the reason\n"

    def test_one_that_says_nothing_is_not_waited_for_without_end(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "START_TIMEOUT_S", 0.0)
        monkeypatch.setattr(module, "_SECONDS_A_MAILBOX", 0.0)
        server = Server()
        monkeypatch.setattr(server.stdout, "readline", lambda: None)
        monkeypatch.setattr(module.threading, "Thread", lambda **given: SimpleNamespace(start=str))
        with pytest.raises(TenantNotUp, match="no answer within 0 s"):
            self.up(monkeypatch, server)

    def test_it_needs_a_directory(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(**given: Any) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(tempfile, "TemporaryDirectory", refuse)
        with pytest.raises(UsageProblem, match="none could be made: there is no space left"):
            self.up(monkeypatch, Server())


class FakeTask(Struct, frozen=True):
    request: Any
    again: tuple[str, ...] | None = None


class TestDemonstrate:
    @pytest.fixture(autouse=True)
    def performed(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Any]:
        """The tasks that were performed, each with the configuration that it was made of."""
        found: list[Any] = []

        @contextmanager
        def up(scale: int) -> Iterator[Path]:
            yield Path("demo.toml")

        def load(path: Path) -> Configuration:
            return Configuration(path=path, thresholds={"of": len(path.name)})

        def live(configuration: Configuration, *given: Any) -> list[FakeTask]:
            found.append(configuration)
            return [FakeTask(request((), {}))]

        def perform(tasks: Any, targets: Any, given: Any, command: str) -> int:
            found.append((tasks[0].again, command))
            return 3

        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(module, "tenant", up)
        monkeypatch.setattr(module, "load_configuration", load)
        monkeypatch.setattr(module, "select", lambda configuration: ())
        monkeypatch.setattr(module, "live_tasks", live)
        monkeypatch.setattr(module, "perform", perform)
        return found

    def test_what_to_do_next_is_shown_where_somebody_looks_at_it(
        self, performed: list[Any], capsys: pytest.CaptureFixture[str]
    ) -> None:
        for options, is_shown in (
            ({}, True),
            ({"quiet": True}, False),
            ({"reports": ("json=a",)}, False),
        ):
            assert demonstrate(given(**options), 7, None) == 3
            assert ("Next:" in capsys.readouterr().out) is is_shown

    def test_only_a_snapshot_can_be_asked_again(self, performed: list[Any]) -> None:
        demonstrate(given(), 7, None)
        demonstrate(given(), 7, "{environment}.s")
        assert [each[0] for each in performed[1::2]] == [None, ("--snapshot", "contoso.s")]
        assert performed[1][1] == "demo"

    def test_limits_and_waivers_may_be_lent(self, performed: list[Any]) -> None:
        demonstrate(given(), 7, None)
        demonstrate(given(config=Path("longer-name.toml")), 7, None)
        assert [each.thresholds["of"] for each in performed[::2]] == [9, 16]
        assert performed[2].path == Path("demo.toml")

    def test_paths_are_looked_at_before_it_begins(self, performed: list[Any]) -> None:
        with pytest.raises(UsageProblem, match="two files cannot share the path a"):
            demonstrate(given(reports=("json=a",)), 7, "a")
        assert performed == []

    @pytest.mark.parametrize("which", ["too_few_files", "too_little_memory"])
    def test_so_are_limits(
        self, performed: list[Any], monkeypatch: pytest.MonkeyPatch, which: str
    ) -> None:
        monkeypatch.setattr(module, which, lambda: "too little")
        with pytest.raises(UsageProblem, match="too little"):
            demonstrate(given(), 7, None)
        assert performed == []
