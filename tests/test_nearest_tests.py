"""Every module has its nearest test: a file of its name, or one that it names.

`auditor/judging/kept_rows.py` is tested in `tests/auditor/judging/test_kept_rows.py`. Where that is
no file, the docstring of the module, or of its folder, says where its tests are.
"""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("rules", "connectors", "auditor")
MODULES = sorted(
    file
    for package in PACKAGES
    for file in (ROOT / package).rglob("*.py")
    if file.name != "__init__.py"
)
NAMED = re.compile(r"[Tt]ested\s+in\s+((?:`tests/[\w/.]+`(?:\s+and\s+|,\s+)?)+)")


def namesake(module: Path) -> Path:
    """Where the nearest test is by its name."""
    own = module.relative_to(ROOT)
    return ROOT / "tests" / own.parent / f"test_{own.stem}.py"


def said(module: Path) -> list[Path]:
    """The tests that a module names, or that a folder above it names for its modules."""
    folders = [each / "__init__.py" for each in module.parents if each.is_relative_to(ROOT)]
    files = [module, *(each for each in folders[:-1] if each.exists())]
    return next((found for found in map(named, files) if found), [])


def named(file: Path) -> list[Path]:
    """The tests that a docstring names."""
    docstring = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    paths = [path for found in NAMED.findall(docstring) for path in re.findall(r"`(.+?)`", found)]
    return [ROOT / path for path in paths]


@pytest.mark.parametrize("package", PACKAGES)
def test_every_module_has_its_nearest_test(package: str) -> None:
    lacking = [
        str(module.relative_to(ROOT))
        for module in MODULES
        if module.is_relative_to(ROOT / package)
        and not namesake(module).exists()
        and not said(module)
    ]
    assert lacking == []


def test_the_tests_that_docstrings_name_exist() -> None:
    folders = {module.parent / "__init__.py" for module in MODULES}
    folders = {each for each in folders if each.exists()}
    gone = [
        f"{file.relative_to(ROOT)}: {path.relative_to(ROOT)}"
        for file in (*MODULES, *sorted(folders))
        for path in named(file)
        if not path.exists()
    ]
    assert gone == []
