"""Each folder is one role: it says what lives there, and a reader can look over it at once."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = sorted(
    {
        file.parent
        for package in ("rules", "connectors", "auditor")
        for file in (ROOT / package).rglob("*.py")
    }
)
MOST_MODULES = 20
ONE_FILE_EACH = {"auditor/demo", "rules", "rules/health", "rules/lifecycle", "rules/support"}
"""Folders where every file is alike: rules, and the tables of the simulated tenant."""


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("folder", FOLDERS, ids=name_of)
def test_every_folder_says_what_lives_there(folder: Path) -> None:
    code = ast.parse((folder / "__init__.py").read_text("utf-8"))
    assert (ast.get_docstring(code) or "").endswith(".")


@pytest.mark.parametrize("folder", FOLDERS, ids=name_of)
def test_no_folder_is_too_full(folder: Path) -> None:
    modules = [file for file in folder.glob("*.py") if file.name != "__init__.py"]
    assert len(modules) <= MOST_MODULES or name_of(folder) in ONE_FILE_EACH


def test_the_page_on_architecture_names_every_room() -> None:
    page = (ROOT / "docs/architecture.md").read_text("utf-8")
    rooms = {folder for folder in FOLDERS if len(folder.relative_to(ROOT).parts) == 2}
    lacking = [
        room
        for room in sorted(map(name_of, rooms))
        if f"`{room}/`" not in page and f"`{room.partition('/')[2]}/`" not in page
    ]
    assert lacking == []
