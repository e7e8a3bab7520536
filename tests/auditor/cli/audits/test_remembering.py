"""What a run knows of earlier ones, and what keeps it from being stored."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec.structs import replace

from auditor.cli.audits import remembering
from auditor.cli.audits.remembering import (
    NOTHING_REMEMBERED,
    Memory,
    check_new_only,
    opened_history,
    opened_memory,
)
from auditor.configuration import Configuration, History
from auditor.differences.settings import RecordSettings
from auditor.history import HistoryProblem, database, history
from auditor.selection import selection_of
from auditor.usage import UsageProblem
from tests.auditor.cli.audits.test_comparing import REQUEST, given
from tests.auditor.reports.audits import audit_of

PLAIN = Configuration(path=Path("/a/auditor.toml"))
WHOLE = audit_of()


def memory(store: Any = lambda audit, settings, announced: "difference") -> Memory:
    made: Any = SimpleNamespace(store=store)
    return Memory(made)


class TestSettings:
    @pytest.mark.parametrize(
        ("of", "request_", "options", "noted"),
        [
            (memory(), REQUEST, {}, True),
            (NOTHING_REMEMBERED, REQUEST, {}, False),
            (memory(), replace(REQUEST, only=selection_of(["mailbox:x"])), {}, False),
            (memory(), REQUEST, {"redaction": object()}, False),
        ],
    )
    def test_are_noted_of_whole_audits_without_pseudonyms(
        self, of: Memory, request_: Any, options: dict[str, Any], noted: bool
    ) -> None:
        with of.settings(request_, given(**options)) as settings:
            assert isinstance(settings, RecordSettings) is noted
            assert (settings is None) is not noted


class TestStored:
    SETTINGS: Any = object()

    def test_what_changed_is_given(self) -> None:
        assert memory().store(WHOLE, self.SETTINGS) == (WHOLE, "difference")

    def test_without_settings_or_history_nothing_is_stored(self) -> None:
        assert memory().store(WHOLE, None) == (WHOLE, None)
        assert NOTHING_REMEMBERED.store(WHOLE, self.SETTINGS) == (WHOLE, None)

    def test_whatever_the_history_does_the_run_goes_on(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        reported: list[Any] = []
        monkeypatch.setattr(remembering, "report_defect", lambda *each: reported.append(each))

        def fail(error: Exception) -> Any:
            def store(audit: Any, settings: Any, announced: bool) -> None:
                raise error

            return store

        found, changed = memory(fail(HistoryProblem("it is full"))).store(WHOLE, self.SETTINGS)
        assert changed is None
        assert "not in the history: it is full." in found.notes[-1]
        assert reported == []
        expected = "auditor: contoso: this run is not in the history: it is full\n"
        assert capsys.readouterr().err == expected
        error = KeyError("x")
        found, changed = memory(fail(error)).store(WHOLE, self.SETTINGS)
        assert changed is None
        assert "a defect of the program (KeyError)" in found.notes[-1]
        assert reported == [(error, "history", "contoso: this run is not in the history")]


class TestOpened:
    @pytest.fixture(autouse=True)
    def opens(self, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Path]]:
        """Which history was opened."""
        found: list[tuple[str, Path]] = []

        def open_history(url: str, directory: Path) -> Any:
            found.append((url, directory))
            if url == "broken://":
                raise HistoryProblem("it is broken")
            return SimpleNamespace()

        monkeypatch.setattr(history, "open_history", open_history)
        monkeypatch.setattr(database, "default_url", lambda: "sqlite:///default")
        monkeypatch.setenv("HISTORY", "sqlite:///secret")
        return found

    @pytest.mark.parametrize(
        ("section", "url"),
        [
            (None, "sqlite:///default"),
            (History("sqlite:///own.db"), "sqlite:///own.db"),
            (History("env:HISTORY"), "sqlite:///secret"),
        ],
    )
    def test_is_the_one_of_the_configuration_or_the_users(
        self, opens: list[Any], section: History | None, url: str
    ) -> None:
        assert opened_memory(replace(PLAIN, history=section), given())
        assert opens == [(url, Path("/a"))]

    def test_is_none_where_none_is_wanted(self, opens: list[Any]) -> None:
        assert not opened_memory(PLAIN, given(history=False))
        assert opens == []

    def test_one_that_cannot_be_opened_stores_nothing(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        unopened = opened_memory(replace(PLAIN, history=History("broken://")), given())
        check_new_only(given(new_only=True), unopened)
        found, changed = unopened.store(WHOLE, TestStored.SETTINGS)
        assert changed is None
        assert "not in the history: it is broken." in found.notes[-1]
        said = "auditor: contoso: this run is not in the history: it is broken\n"
        assert capsys.readouterr().err == said

    def test_an_address_that_is_not_there_is_said(self) -> None:
        with pytest.raises(HistoryProblem, match=r"\[history\] url: env:ABSENT"):
            opened_history(replace(PLAIN, history=History("env:ABSENT")))


def test_what_is_new_is_known_by_the_history_or_a_baseline() -> None:
    check_new_only(given(), NOTHING_REMEMBERED)
    check_new_only(given(new_only=True), memory())
    check_new_only(given(new_only=True, baseline="a.json"), NOTHING_REMEMBERED)
    with pytest.raises(UsageProblem, match="--new-only needs the history, or --baseline FILE"):
        check_new_only(given(new_only=True), NOTHING_REMEMBERED)
