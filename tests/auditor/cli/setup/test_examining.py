"""What `auditor doctor` asks, and how each access is shown."""

import json
import sys
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from auditor.cli.setup import examining
from auditor.cli.setup.examining import examined, shown
from auditor.cli.terminal.messages import log_line
from auditor.configuration import Auth, Configuration, Environment
from auditor.doctor import Access
from connectors.transport.errors import SourceFailed


def access(name: str, state: Any, **changes: Any) -> Access:
    return Access(name=name, state=state, **changes)


def lines(capsys: pytest.CaptureFixture[str], *accesses: Access) -> list[str]:
    shown({"contoso": accesses}, as_json=False)
    return capsys.readouterr().out.splitlines()


class TestShown:
    def test_every_state_in_its_words(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert lines(
            capsys,
            access("d", "works", version="9.2", unlocks=("r1", "r2"), reason="Unsaid."),
            access(
                "m", "missing", reason="Refused.", remedy="Give it.", grant="Read", unlocks=("r3",)
            ),
            access("t", "not-tried", reason="Nobody asked.", grant="Unsaid", unlocks=("r4",)),
            access("b", "more-than-needed", reason="Too much."),
            access("l", "not-configured", reason="Unsaid."),
            access("k", "not-configured"),
        ) == [
            "contoso: Dynamics 365 9.2, 1 of 2 configured accesses work",
            "",
            "access  state             rules",
            "d       works             2",
            "m       MISSING           1",
            "t       not tried         1",
            "b       more than needed",
            "l       not configured",
            "k       not configured",
            "",
            "m: MISSING",
            "  Refused.",
            "  Needs: Read",
            "  To do: Give it.",
            "  Unlocks: r3",
            "",
            "b: more than needed",
            "  Too much.",
            "",
            "t: not tried",
            "  Nobody asked.",
            "",
            "Not configured, so their rules may stay undetermined:",
            "  l, k",
        ]

    def test_what_works_needs_no_more_words(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert lines(capsys, access("d", "works")) == [
            "contoso: 1 of 1 configured access works",
            "",
            "access  state  rules",
            "d       works",
        ]

    def test_what_a_remedy_says_already_is_not_said_again(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        found = lines(capsys, access("m", "missing", remedy="Give Read.", grant="Read"))
        assert found[-2:] == ["m: MISSING", "  To do: Give Read."]
        assert lines(capsys, access("m", "missing"))[-1] == "m: MISSING"

    def test_environments_are_set_apart(self, capsys: pytest.CaptureFixture[str]) -> None:
        shown({"a": (access("d", "works"),), "b": (access("d", "works"),)}, as_json=False)
        out = capsys.readouterr().out
        assert out.startswith("a: ")
        assert "\n\nb: " in out

    def test_as_json_each_has_its_accesses(
        self, capsysbinary: pytest.CaptureFixture[bytes]
    ) -> None:
        shown({"a": (access("d", "works"),), "b": ()}, as_json=True)
        answer = json.loads(capsysbinary.readouterr().out)
        assert answer["schema_version"] == "1.0"
        assert [each["environment"] for each in answer["environments"]] == ["a", "b"]
        assert answer["environments"][0]["accesses"][0]["state"] == "works"


class TestExamined:
    @pytest.fixture
    def clock(self) -> list[float]:
        return [100.0]

    @pytest.fixture(autouse=True)
    def opens(self, monkeypatch: pytest.MonkeyPatch, clock: list[float]) -> list[dict[str, Any]]:
        """What connections were given; each takes 40 seconds."""
        found: list[dict[str, Any]] = []

        @contextmanager
        def connection(*given: Any, **more: Any) -> Any:
            found.append(more)
            clock[0] += 40
            yield given[1].name

        monkeypatch.setattr(examining, "time", SimpleNamespace(monotonic=lambda: clock[0]))
        monkeypatch.setattr(examining, "Connection", connection)
        monkeypatch.setattr(examining, "look_up_secrets", lambda *given: "secrets")
        monkeypatch.setattr(examining, "examine", lambda name: (access(name, "works"),))
        monkeypatch.setattr(examining, "admin_api_of", lambda *given, **more: False)
        return found

    def examine(
        self, *names: str, method: str = "client-secret", timeout_s: float = 60.0
    ) -> dict[str, list[Access]]:
        environments = [
            Environment(name=each, url="https://x", auth=Auth(method=method, client_id="c0ffee"))
            for each in names
        ]
        found = examined(Configuration(path=Path("a")), environments, timeout_s)
        return {name: list(each) for name, each in found.items()}

    def test_the_time_counts_for_all_together(self, opens: list[dict[str, Any]]) -> None:
        assert list(self.examine("a", "b", "c")) == ["a", "b", "c"]
        assert [each["timeout_s"] for each in opens] == [60.0, 20.0, 0.0]
        assert len({id(each["refusals"]) for each in opens}) == 1

    @pytest.mark.parametrize(("is_terminal", "prompt"), [(True, log_line), (False, None)])
    def test_a_person_is_asked_at_a_terminal_alone(
        self,
        monkeypatch: pytest.MonkeyPatch,
        opens: list[dict[str, Any]],
        is_terminal: bool,
        prompt: Any,
    ) -> None:
        monkeypatch.setattr(sys.stderr, "isatty", lambda: is_terminal, raising=False)
        self.examine("a")
        assert opens[0]["prompt"] is prompt

    def test_the_admin_api_is_none_where_it_is_not_asked(self) -> None:
        assert [each.name for each in self.examine("a")["a"]] == ["a"]

    @pytest.mark.parametrize(
        ("method", "state"),
        [
            ("client-secret", "more-than-needed"),
            ("device-code", "works"),
            ("interactive", "works"),
        ],
    )
    def test_an_application_that_may_ask_it_may_too_much(
        self, monkeypatch: pytest.MonkeyPatch, method: str, state: str
    ) -> None:
        left: list[float] = []

        def asked(*given: Any, timeout_s: float, prompt: Any) -> bool:
            left.append(timeout_s)
            return True

        monkeypatch.setattr(examining, "admin_api_of", asked)
        found = self.examine("a", method=method)["a"][1]
        assert (found.name, found.state) == ("discovery.power_platform", state)
        assert ("-ApplicationId c0ffee" in found.remedy) is (state != "works")
        assert left == [20.0]

    def test_no_time_is_left_after_the_time(self, monkeypatch: pytest.MonkeyPatch) -> None:
        left: list[float] = []
        monkeypatch.setattr(
            examining, "admin_api_of", lambda *given, **more: left.append(more["timeout_s"])
        )
        self.examine("a", timeout_s=10.0)
        assert left == [0.0]

    def test_one_that_cannot_be_asked_is_missing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*given: Any, **more: Any) -> bool:
            raise SourceFailed("refused", "Register it.", "forbidden")

        monkeypatch.setattr(examining, "admin_api_of", refuse)
        found = self.examine("a")["a"][1]
        assert (found.state, found.code, found.reason) == ("missing", "forbidden", "refused")
        assert found.remedy == "Register it."
