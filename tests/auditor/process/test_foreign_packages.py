"""Packages of other programs in the place of `rules` or `connectors`: one sentence, exit 2."""

import importlib.util
import os
import subprocess
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from auditor.process import foreign_packages
from auditor.process.foreign_packages import foreign_package

ROOT = Path(__file__).parents[3]


def run(path: Path) -> "subprocess.CompletedProcess[str]":
    """The program, where this directory comes first on Python's path."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "auditor", "--version"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(path), str(ROOT)])},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_packages_of_this_program_are_its_own():
    assert foreign_package() is None


@pytest.mark.parametrize("name", ["rules", "connectors"])
@pytest.mark.parametrize(
    "content", ['"""Rules for Django."""\n', "raise ImportError('Django is missing')\n"]
)
def test_a_foreign_package_is_told_in_one_sentence(tmp_path, name, content):
    folder = tmp_path / name
    folder.mkdir()
    (folder / "__init__.py").write_text(content)
    said = run(tmp_path)
    assert (said.returncode, said.stdout) == (2, "")
    (line,) = said.stderr.splitlines()
    assert line == (
        f"auditor: the package `{name}` is that of another program ({folder}/__init__.py); install"
        " this program into an environment of its own, with pipx or uv tool"
    )


def test_a_folder_without_a_file_stands_in_nobodys_place(tmp_path):
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "predicates.py").write_text("")
    assert run(tmp_path).returncode == 0


def test_a_file_written_over_ours_is_seen(tmp_path, monkeypatch):
    """Two distributions that bring one folder: the later one's `__init__.py` is there."""
    for name, line in (("rules", '"""django-rules."""\n'), ("auditor/process", "")):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "__init__.py").write_text(line)
    monkeypatch.setattr(
        foreign_packages, "__file__", str(tmp_path / "auditor/process/foreign_packages.py")
    )
    monkeypatch.setattr(foreign_packages, "_file_of", lambda name: tmp_path / name / "__init__.py")
    assert "`rules` is that of another program" in foreign_package()


@pytest.mark.parametrize(
    ("spec", "file"),
    [
        (None, None),
        (ImportError("x"), None),
        (ValueError("x"), None),
        (ModuleSpec("rules", None, origin="/a/rules/__init__.py"), "/a/rules/__init__.py"),
        ("/a/rules", "/a/rules/__init__.py"),
    ],
)
def test_where_a_package_is_found(
    monkeypatch: pytest.MonkeyPatch, spec: object, file: str | None
) -> None:
    def find(name: str) -> object:
        if isinstance(spec, Exception):
            raise spec
        if isinstance(spec, str):
            # A folder without an `__init__.py`.
            found = ModuleSpec(name, None, is_package=True)
            found.submodule_search_locations = [spec]
            return found
        return spec

    monkeypatch.setattr(importlib.util, "find_spec", find)
    said = foreign_package()
    assert said is not None
    if file is None:
        assert said.startswith("the package `rules` is missing; install")
    else:
        assert said.startswith(f"the package `rules` is that of another program ({file}); install")
