"""Standard output that is full, closed or read by nobody ends in a sentence, never in a defect."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.end_to_end.conftest import Call
from tests.waiting import PATIENCE_S

pytestmark = pytest.mark.skipif(os.name == "nt", reason="a shell of POSIX sets the streams up")

COMMANDS = ["rules", "rules --format json", "matrix", "schema", "run --help", "--version"]


def shell(redirection: str, command: str, config: Path | None = None) -> Call:
    """The program in a shell, with its streams redirected; `$A` is the program."""
    run = subprocess.run(
        ["bash", "-o", "pipefail", "-c", f"$A {command} {redirection}"],
        env={**os.environ, "A": f"{sys.executable} -m auditor", "C": str(config)},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    return Call(run.returncode, run.stdout, run.stderr)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("redirection", "reason"), [(">/dev/full", "no space left"), (">&-", "it is closed")]
)
def test_a_refused_output_is_told_as_such(command: str, redirection: str, reason: str) -> None:
    run = shell(redirection, command)
    assert run.code == 2, run.err
    assert run.err.startswith("auditor: standard output could not be written: ")
    assert reason in run.err
    assert run.err.count("\n") == 1


@pytest.mark.parametrize("command", COMMANDS)
def test_a_reader_that_goes_early_is_no_failure(command: str) -> None:
    gone = shell("| true", command)
    assert gone.err == ""
    assert gone.code in (0, 1) if command == "matrix" else gone.code == 0


@pytest.mark.parametrize("name", ["json", "terminal"])
@pytest.mark.parametrize("redirection", [">/dev/full", ">&-"])
def test_a_report_that_standard_output_refuses_is_exit_2_and_the_files_are_there(
    dynamics_toml: Path, tmp_path: Path, name: str, redirection: str
) -> None:
    run = shell(
        redirection, f"run --config $C --report {name} --report sarif=a.sarif", dynamics_toml
    )
    assert run.code == 2, run.err
    assert "auditor: standard output could not be written: " in run.err
    assert "Traceback" not in run.err
    assert (tmp_path / "a.sarif").stat().st_size > 1000


@pytest.mark.parametrize(
    ("redirection", "reason"), [(">/dev/full", "no space left"), (">&-", "it is closed")]
)
def test_what_follows_a_refused_report_is_refused_alike(redirection: str, reason: str) -> None:
    run = shell(redirection, "demo --no-history")
    assert run.code == 2, run.err
    assert reason in run.err
    assert "Traceback" not in run.err
    assert "defect" not in run.err


@pytest.mark.parametrize("redirection", ["2>/dev/full", "<&- >&- 2>&-"])
def test_a_closed_or_full_standard_error_changes_no_exit_code(
    dynamics_toml: Path, redirection: str
) -> None:
    run = shell(redirection, "run --config $C --report json=a.json --verbose", dynamics_toml)
    assert run.code == 1
    assert Path("a.json").stat().st_size > 1000


@pytest.mark.parametrize(
    ("command", "redirection"), [("explain nothing", "2>&-"), ("run --no-such", "2>/dev/full")]
)
def test_a_misuse_that_nobody_hears_of_is_exit_2(command: str, redirection: str) -> None:
    assert shell(redirection, command).code == 2


def test_an_output_that_does_not_wait_is_waited_for() -> None:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    running = subprocess.Popen([sys.executable, "-m", "auditor", "schema"], stdout=writing)
    os.close(writing)
    with open(reading, "rb") as pipe:
        content = pipe.read()
    assert running.wait(PATIENCE_S) == 0
    assert content.rstrip().endswith(b"}")
