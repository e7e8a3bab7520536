"""A command that the program prints can be pasted: it is called as it was called."""

import sys
from pathlib import Path

import pytest

from auditor.process.program import program


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A script as pip installs it, in a directory that the shell does not search."""
    script = tmp_path / ".venv" / "bin" / "auditor"
    script.parent.mkdir(parents=True)
    script.write_text("#!/bin/sh\n", "utf-8")
    script.chmod(0o700)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "/nowhere")
    return script


def test_a_path_stays_the_path(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", [".venv/bin/auditor", "demo"])
    assert program() == ".venv/bin/auditor"


def test_what_the_shell_finds_is_called_by_its_name(
    installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(installed.parent))
    monkeypatch.setattr(sys, "argv", [str(installed)])
    assert program() == "auditor"


def test_another_program_of_that_name_is_not_called(
    installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other" / "auditor"
    other.parent.mkdir()
    other.write_text("#!/bin/sh\n", "utf-8")
    other.chmod(0o700)
    monkeypatch.setenv("PATH", str(other.parent))
    monkeypatch.setattr(sys, "argv", [str(installed)])
    assert program() == str(installed)


@pytest.mark.parametrize(
    ("called", "printed"),
    [
        ("/site-packages/auditor/__main__.py", "python -m auditor"),
        ("/site-packages/pytest/__main__.py", "auditor"),
        ("-c", "auditor"),
        ("/usr/bin/pytest", "auditor"),
    ],
)
def test_a_module_or_another_program(
    monkeypatch: pytest.MonkeyPatch, called: str, printed: str
) -> None:
    monkeypatch.setattr(sys, "argv", [called])
    assert program() == printed
