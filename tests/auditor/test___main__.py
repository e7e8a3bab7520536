"""One command is run, and however it ends it gives an exit code."""

import signal
import sys
from pathlib import Path
from typing import Any

import pytest

import auditor.__main__ as program
from auditor.configuration.problems import ConfigurationError, Problem
from auditor.process import foreign_packages, limits
from auditor.process.files import FileNotWritten
from auditor.process.interruption import Stopped
from auditor.process.standard_streams import NobodyReads
from auditor.usage import UsageProblem
from connectors.transport.redaction import KNOWN


@pytest.fixture
def ends(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes the command end so: an exception to raise, or what it gives."""

    def set_(outcome: Any) -> list[Any]:
        given: list[Any] = []

        def app(args: list[str], prog_name: str) -> Any:
            given.append((args, prog_name))
            KNOWN.learn("s3cret-word")
            if isinstance(outcome, BaseException):
                raise outcome
            return outcome

        monkeypatch.setattr("auditor.cli.application.app", app)
        return given

    return set_


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (None, 0),
        (0, 0),
        (4, 4),
        (SystemExit(3), 3),
        (SystemExit(None), 0),
        (SystemExit("words"), 0),
        (NobodyReads(), 0),
        (Stopped(15), 143),
    ],
)
def test_the_exit_code_is_that_of_the_command(ends: Any, outcome: Any, code: int) -> None:
    given = ends(outcome)
    assert program.main(["run", "--all"]) == code
    assert given == [(["run", "--all"], "auditor")]


@pytest.mark.parametrize(
    ("error", "lines"),
    [
        (UsageProblem("one\ntwo"), ["auditor: one", "auditor: two"]),
        (ConfigurationError([Problem("f", 3, "a", "is wrong")]), ["auditor: f:3: a: is wrong"]),
        (FileNotWritten(Path("a"), "it is full"), None),
        (MemoryError(), None),
    ],
)
def test_what_cannot_be_done_is_said_in_lines(
    ends: Any, capsys: pytest.CaptureFixture[str], error: Exception, lines: list[str] | None
) -> None:
    ends(error)
    assert program.main(["run"]) == 2
    err = capsys.readouterr().err
    assert err.startswith("auditor: ")
    assert "defect" not in err
    assert lines is None or err.splitlines() == lines


@pytest.mark.parametrize(
    ("arguments", "command"),
    [(["run", "--all"], "run"), (["--verbose", "run"], "run"), (["--all"], "")],
)
def test_anything_else_is_a_defect_of_the_command(
    ends: Any, monkeypatch: pytest.MonkeyPatch, arguments: list[str], command: str
) -> None:
    told: list[Any] = []

    def report(error: Exception, name: str) -> int:
        told.append((type(error), name))
        return 70

    monkeypatch.setattr("auditor.cli.terminal.messages.report_defect", report)
    ends(KeyError("x"))
    assert program.main(arguments) == 70
    assert told == [(KeyError, command)]


def test_an_interruption_before_signals_are_taken_in_hand_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(foreign_packages, "foreign_package", interrupted)
    assert program.main(["run"]) == 130
    assert capsys.readouterr().err == "auditor: stopped by Ctrl+C\n"


def test_a_stopped_command_says_by_what(ends: Any, capsys: pytest.CaptureFixture[str]) -> None:
    ends(Stopped(15))
    assert program.main(["run"]) == 143
    assert capsys.readouterr().err == "auditor: stopped by SIGTERM\n"


def test_what_came_of_a_stop_is_no_defect(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Python 3.11 raises a `RuntimeError` in its place where a class is being made."""

    def app(args: list[str], prog_name: str) -> None:
        try:
            signal.raise_signal(signal.SIGTERM)
        except Stopped as stopped:
            raise RuntimeError("Error calling __set_name__") from stopped

    monkeypatch.setattr("auditor.cli.application.app", app)
    assert program.main(["run"]) == 143
    assert capsys.readouterr().err == "auditor: stopped by SIGTERM\n"


def test_without_a_command_the_help_is_shown_and_that_is_a_mistake(ends: Any) -> None:
    given = ends(None)
    assert program.main([]) == 2
    assert given == [(["--help"], "auditor")]


def test_the_arguments_of_the_process_are_taken_where_none_are_given(
    ends: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["auditor", "rules"])
    given = ends(None)
    assert program.main() == 0
    assert given == [(["rules"], "auditor")]


def test_secrets_are_forgotten_at_the_end(ends: Any) -> None:
    ends(UsageProblem("x"))
    program.main(["run"])
    assert KNOWN.masked("s3cret-word") == "s3cret-word"


@pytest.mark.parametrize("which", ["foreign_package", "prepare"])
def test_what_keeps_it_from_beginning_is_said(
    ends: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], which: str
) -> None:
    given = ends(None)
    room = foreign_packages if which == "foreign_package" else limits
    monkeypatch.setattr(room, which, lambda: "No.")
    assert program.main(["run"]) == 2
    assert capsys.readouterr().err == "auditor: No.\n"
    assert given == []
