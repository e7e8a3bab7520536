"""`schedule` prints a recipe for the configuration, which names the program to run."""

import sys
from pathlib import Path

import pytest

from auditor.schedule import RECIPES
from tests.auditor.cli.conftest import GIVEN, Ask


@pytest.fixture
def configured(ask: Ask) -> Ask:
    """The program, where a configuration is."""
    assert ask("init", *GIVEN).code == 0
    return ask


@pytest.mark.parametrize("kind", RECIPES)
def test_a_recipe_hands_over_the_secret(configured: Ask, kind: str) -> None:
    said = configured("schedule", kind)
    assert said.code == 0
    assert "AUDITOR_CLIENT_SECRET" in said.out


def test_an_environment_that_is_not_configured_is_misuse(configured: Ask) -> None:
    said = configured("schedule", "cron", "fabrikam")
    assert said.code == 2
    assert "fabrikam" in said.err


def test_without_a_configuration_it_is_misuse(ask: Ask) -> None:
    said = ask("schedule", "cron")
    assert said.code == 2
    assert "auditor init" in said.err


def program(folder: Path) -> str:
    folder.mkdir()
    path = folder / "auditor"
    path.write_text("#!/bin/sh\n", "utf-8")
    path.chmod(0o755)
    return str(path)


@pytest.fixture
def empty_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the path and the interpreter are, with no `auditor` yet."""
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "own" / "python"))
    return tmp_path


def test_the_program_beside_the_interpreter_comes_first(configured: Ask, empty_path: Path) -> None:
    in_path, own = program(empty_path / "path"), program(empty_path / "own")
    said = configured("schedule", "cron").out
    assert own in said
    assert in_path not in said


def test_else_it_is_the_one_in_the_path(configured: Ask, empty_path: Path) -> None:
    assert program(empty_path / "path") in configured("schedule", "cron").out


def test_else_it_is_where_programs_are_put_by_hand(configured: Ask, empty_path: Path) -> None:
    assert "/usr/local/bin/auditor" in configured("schedule", "cron").out
