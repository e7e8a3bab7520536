"""The program tells what it can do, at the cost of little more than starting."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from auditor import __version__
from auditor.cli import application
from auditor.cli.application import COMMANDS
from auditor.configuration import ConfigurationError
from auditor.history.history import open_history
from auditor.process.files import FileNotWritten
from auditor.process.standard_streams import NobodyReads
from auditor.reports import formats
from auditor.usage import UsageProblem
from rules.edition import EDITIONS
from rules.rule import KINDS
from tests.auditor.cli.conftest import Ask
from tests.auditor.history.memory import night

HEAVY = (
    "msal",
    "requests",
    "uvicorn",
    "starlette",
    "cryptography",
    "rich",
    "zstandard",
    "pydantic",
)


def test_version(ask: Ask) -> None:
    said = ask("--version")
    assert (said.code, said.out) == (0, f"auditor {__version__}\n")


def test_help_names_every_command(ask: Ask) -> None:
    said = ask("--help")
    assert said.code == 0
    for name in COMMANDS:
        assert f"\n  {name} " in said.out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(ask: Ask, name: str) -> None:
    said = ask(name, "--help")
    assert said.code == 0
    assert f"Usage: auditor {name}" in said.out


@pytest.mark.parametrize("name", ["run", "demo", "replay"])
def test_help_names_every_choice(ask: Ask, name: str) -> None:
    # Long names are wrapped at their hyphens.
    text = "".join(ask(name, "--help").out.split())
    for each in (*formats(), "auto", *EDITIONS, *KINDS):
        assert each in text


@pytest.mark.parametrize("argument", ["--version", "--help"])
def test_quick_answers_import_nothing_heavy(argument: str) -> None:
    code = (
        "import sys\nfrom auditor.__main__ import main\n"
        f"assert main([{argument!r}]) == 0\n"
        f"sys.exit(' '.join(set(sys.modules) & set({HEAVY!r})) or 0)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")


@pytest.mark.parametrize(
    "words", [["rules"], ["explain", "mailbox-not-approved"], ["matrix"], ["schedule", "--help"]]
)
def test_what_audits_nothing_loads_no_connector(words: list[str]) -> None:
    code = (
        "import sys\nfrom auditor.__main__ import main\n"
        f"main({words!r})\n"
        "readers = ('connectors.dynamics', 'connectors.graph', 'numpy', 'requests', 'msal', "
        "'pydantic')\n"
        "sys.exit(' '.join(set(sys.modules) & set(readers)) or 0)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")


@pytest.mark.parametrize(
    "words",
    [
        ["list"],
        ["trend", "contoso", "--format", "html"],
        ["show", "night-2", "--format", "markdown"],
        ["check", "--within", "3000d"],
        ["prune", "--keep", "1"],
    ],
    ids=lambda words: words[0],
)
def test_what_looks_back_loads_nothing_that_reads_or_counts(
    tmp_path: Path, words: list[str]
) -> None:
    history = open_history("sqlite:///history.db", tmp_path)
    for number in (1, 2):
        history.store(night(number))
    config = tmp_path / "auditor.toml"
    config.write_text(
        '[environments.contoso]\nurl = "https://crm.contoso.local/Contoso"\n'
        '[environments.contoso.auth]\nmethod = "managed-identity"\n'
        '[history]\nurl = "sqlite:///history.db"\n'
    )
    code = (
        "import sys\nfrom auditor.__main__ import main\n"
        f"assert main({['history', *words, '--config', str(config)]!r}) == 0\n"
        "heavy = {'numpy', 'requests', 'alembic', 'connectors.dynamics'}\n"
        "sys.exit(' '.join(heavy & set(sys.modules)) or 0)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")


def test_unknown_command_is_misuse(ask: Ask) -> None:
    said = ask("audit")
    assert said.code == 2
    assert said.err == "auditor: there is no command 'audit'; `auditor --help` lists all\n"
    assert said.out == ""


@pytest.mark.parametrize(("typed", "meant"), [("rnu", "run"), ("explane", "explain")])
def test_a_command_mistyped_is_named_as_it_is_meant(ask: Ask, typed: str, meant: str) -> None:
    assert f"there is no command '{typed}'; did you mean {meant}?" in ask(typed).err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--nope"], "no such option: --nope; see `auditor --help`"),
        (["run", "--nope"], "no such option: --nope; see `auditor run --help`"),
        (["explain"], "missing argument 'RULE'; see `auditor explain --help`"),
        (
            ["run", "--fail-on", "maybe"],
            "invalid value for '--fail-on': 'maybe' is not one of 'error', 'warning', 'note', "
            "'never'; see `auditor run --help`",
        ),
        (
            ["schema", "extra"],
            "got unexpected extra argument(s) (extra); see `auditor schema --help`",
        ),
    ],
)
def test_a_line_that_is_wrong_is_told_in_one_line_like_every_mistake(
    ask: Ask, words: list[str], told: str
) -> None:
    said = ask(*words)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"auditor: {told}")
    assert said.err.count("\n") == 1


def test_the_list_of_commands_cuts_no_sentence(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert "..." not in ask("--help").out.partition("Commands:")[2]


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("auditor exp", "explain"),
        ("auditor explain duplicate-a", "duplicate-address"),
        ("auditor run --rule duplicate-a", "duplicate-address"),
        ("auditor run --report mark", "markdown"),
        ("auditor demo --edition crm", "crm-2016"),
        ("auditor replay --kind sec", "security"),
    ],
)
def test_a_shell_completes_names(typed: str, completed: str) -> None:
    words = {"COMP_WORDS": typed, "COMP_CWORD": str(typed.count(" "))}
    run = subprocess.run(
        [sys.executable, "-m", "auditor"],
        env={**os.environ, **words, "_AUDITOR_COMPLETE": "complete_bash"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.split() == [completed]


def test_completion_refuses_no_command_that_there_is_not() -> None:
    commands: Any = typer.main.get_command(application.app)
    context = commands.make_context("auditor", ["nonsense"], resilient_parsing=True)
    assert commands.resolve_command(context, ["nonsense", "--re"]) == (None, None, ["--re"])


def test_without_a_command_the_help_is_shown(ask: Ask) -> None:
    said = ask()
    assert "Commands:" in said.out
    assert said.code == 2


@pytest.mark.parametrize(
    ("ends", "code", "words"),
    [
        (MemoryError(), 2, "memory"),
        (UsageProblem("name a snapshot"), 2, "auditor: name a snapshot\n"),
        (ConfigurationError([]), 2, ""),
        (FileNotWritten(Path("x.html"), "the disk is full"), 2, "x.html could not be written"),
        (SystemExit(3), 3, ""),
        (NobodyReads(), 0, ""),
    ],
    ids=lambda each: type(each).__name__,
)
def test_however_a_command_ends_it_is_no_defect_unless_it_is_one(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, ends: BaseException, code: int, words: str
) -> None:
    def ending(**_: object) -> None:
        raise ends

    monkeypatch.setattr(application, "app", ending)
    said = ask("rules")
    assert said.code == code
    assert words in said.err
    assert "defect" not in said.err
