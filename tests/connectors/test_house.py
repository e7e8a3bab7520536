"""The house of the connectors: the size of folders, and the words that are shared."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = [
    path for path in sorted((ROOT / "connectors").rglob("*.py")) if path.name != "__init__.py"
]
FOLDERS = sorted({path.parent for path in MODULES})
VOCABULARY = {
    "rules.alert_causes",
    "rules.email_systems",
    "rules.evidence",
    "rules.facts",
    "rules.option_sets",
    "rules.unknown",
}
"""What connectors may know of rules: the words for facts, and none that judge."""
MOST_MODULES = 23


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def docstring_of(path: Path) -> str:
    return ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""


@pytest.mark.parametrize("folder", FOLDERS, ids=name_of)
def test_every_folder_says_what_lives_there_and_is_not_too_full(folder: Path) -> None:
    assert docstring_of(folder / "__init__.py").endswith(".")
    assert len([path for path in MODULES if path.parent == folder]) <= MOST_MODULES


def test_connectors_know_only_the_vocabulary_of_rules() -> None:
    imported = {
        (name_of(path), node.module)
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom)
        and node.module is not None
        and node.module.split(".")[0] == "rules"
    }
    assert {each for each in imported if each[1] not in VOCABULARY} == set()
