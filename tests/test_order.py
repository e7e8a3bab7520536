"""Processes that test side by side take the longest files first (`tests/conftest.py`)."""

from pathlib import Path
from types import SimpleNamespace

from tests.conftest import LONGEST_FIRST, in_order

TESTS = Path(__file__).parent


def test_every_folder_of_tests_has_its_place():
    folders = {each.parent.relative_to(TESTS).parts[0] for each in TESTS.glob("*/**/test_*.py")}
    assert folders == set(LONGEST_FIRST)


def test_the_whole_program_comes_first_then_the_files_of_most_tests_each_in_its_own_order():
    files = [
        "rules/test_a.py",
        "test_b.py",
        "auditor/plan/test_c.py",
        "auditor/test_d.py",
        "auditor/test_d.py",
        "end_to_end/test_e.py",
    ]
    items = [SimpleNamespace(path=TESTS / file, name=at) for at, file in enumerate(files)]
    in_order(items)
    assert [item.name for item in items] == [5, 1, 3, 4, 2, 0]
