"""What the program says of itself on standard error, without secrets, and whoever listens."""

import errno
import sys
from pathlib import Path
from typing import Any

import pytest

from auditor.cli.terminal.messages import log_line, report_defect, report_limit
from connectors.transport.redaction import KNOWN


def test_a_line_bears_the_name_of_the_program(capsys: pytest.CaptureFixture[str]) -> None:
    log_line("done")
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "auditor: done\n")


def test_a_line_steers_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    log_line("\x1b]0;title\x07: not read")
    assert capsys.readouterr().err == "auditor: \\x1b]0;title\\x07: not read\n"


def test_a_known_secret_is_masked(capsys: pytest.CaptureFixture[str]) -> None:
    KNOWN.learn("s3cret-word")
    log_line("refused s3cret-word")
    assert "s3cret-word" not in capsys.readouterr().err


def test_before_redaction_is_loaded_a_line_is_said_as_it_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "connectors.transport.redaction")
    log_line("done")
    assert capsys.readouterr().err == "auditor: done\n"


@pytest.mark.parametrize("error", [OSError(errno.EPIPE, "gone"), ValueError("closed")])
def test_where_nobody_listens_nothing_fails(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    class Gone:
        def write(self, text: str) -> None:
            raise error

    monkeypatch.setattr(sys, "stderr", Gone())
    log_line("done")


@pytest.mark.parametrize(("about", "start"), [("contoso", "auditor: contoso: "), ("", "auditor: ")])
def test_a_limit_of_the_computer_is_said_as_such(
    capsys: pytest.CaptureFixture[str], about: str, start: str
) -> None:
    assert report_limit(MemoryError(), about) is True
    err = capsys.readouterr().err
    assert err.startswith(start)
    assert "memory" in err
    assert err.count("contoso") == bool(about)


def test_what_is_no_limit_is_left_to_others(capsys: pytest.CaptureFixture[str]) -> None:
    assert report_limit(RuntimeError("x")) is False
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("path", "where"),
    [
        (Path("crash.txt"), "a report without any record is in crash.txt"),
        (None, "no directory takes a crash report"),
    ],
)
@pytest.mark.parametrize(("about", "start"), [("contoso", "contoso: a defect"), ("", "a defect")])
def test_a_defect_says_where_its_report_is(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    path: Any,
    where: str,
    about: str,
    start: str,
) -> None:
    monkeypatch.setattr("auditor.process.crash.write_crash_report", lambda error, command: path)
    assert report_defect(KeyError("a name"), "run", about) == 70
    assert capsys.readouterr().err == (
        f"auditor: {start} of the program itself (KeyError); {where}\n"
    )
