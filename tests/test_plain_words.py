"""Plain English, and one word for one thing: what is read, and names that the code gave up."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
CODE = sorted(
    file
    for package in ("rules", "connectors", "auditor")
    for file in (ROOT / package).rglob("*.py")
)
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]

HARD_WORDS = re.compile(
    r"\b(mend|mends|mended|mending|wholly|amiss|as if by lot|heed|heeds|heeded|ado|lest"
    r"|told apart|tells? apart|telling apart)\b",
    re.IGNORECASE,
)
"""Hard for readers whose first language is another: write fix, sample, obey, distinguish."""

TELLING = re.compile(r"\b(tell|tells|told)\b", re.IGNORECASE)
TO_PEOPLE = re.compile(r"\btell people\b")

GIVEN_UP = {
    "Conclusions": "Totals",
    "Before": "EarlierReadings",
    "Here": "PageGroups",
    "KeptRows": "FindingRows",
    "Live": "LiveServers",
    "Only": "Selection",
    "Outside": "PageSource",
    "Wall": "AlertIndex",
    "Wanted": "SubjectPattern",
    "compact_index": "id_index",
    "conclusions": "totals",
    "gathering": "reading",
    "is_own": "is_individual",
    "nameless": "without_host",
    "patience": "retries",
    "seen": "evidence",
    "tell": "log_line",
    "tell_of_defect": "report_defect",
    "unlisted": "without_mailbox",
    "unlocked": "rules_by_source",
}
"""Names of modules, classes and functions, with what each is called now."""


def texts(file: Path) -> Iterator[tuple[int, str]]:
    """The texts of a module that people may read, by line: all but its docstrings."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    docstrings = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in docstrings:
            if isinstance(node.value, str):
                yield node.lineno, node.value


def names(file: Path) -> Iterator[tuple[int, str]]:
    """What a module, its classes, their methods and its functions are called, by line."""
    yield 1, file.stem
    tree = ast.parse(file.read_text(encoding="utf-8"))
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    for node in (*tree.body, *(each for one in classes for each in one.body)):
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            yield node.lineno, node.name


def test_nothing_is_written_in_hard_words():
    found = [
        f"{file.relative_to(ROOT)}:{number}: {word.group()}"
        for file in (*CODE, *PAGES)
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        for word in HARD_WORDS.finditer(line)
    ]
    assert found == []


def test_messages_say_and_list_rather_than_tell():
    found = [
        f"{file.relative_to(ROOT)}:{line}: {text}"
        for file in CODE
        for line, text in texts(file)
        if " " in text and TELLING.search(TO_PEOPLE.sub("", text))
    ]
    assert found == []


def test_names_that_were_given_up_stay_so():
    found = [
        f"{file.relative_to(ROOT)}:{line}: {name} is called {GIVEN_UP[name]}"
        for file in CODE
        for line, name in names(file)
        if name in GIVEN_UP
    ]
    assert found == []


def test_the_words_are_looked_for():
    assert HARD_WORDS.search("Read the alerts, mend what they name.")
    assert not HARD_WORDS.search("It was recommended and amended.")
    assert [text for _, text in texts(Path(__file__)) if TELLING.search(text)]
