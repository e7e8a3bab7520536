"""The house of the connectors: the words that they share with the rules."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
VOCABULARY = {
    "rules.alert_causes",
    "rules.email_systems",
    "rules.evidence",
    "rules.facts",
    "rules.option_sets",
    "rules.unknown",
}
"""What connectors may know of rules: the words for facts, and none that judge."""


def test_connectors_know_only_the_vocabulary_of_rules() -> None:
    imported = {
        (path.relative_to(ROOT).as_posix(), node.module)
        for path in sorted((ROOT / "connectors").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom)
        and node.module is not None
        and node.module.split(".")[0] == "rules"
    }
    assert imported
    assert {each for each in imported if each[1] not in VOCABULARY} == set()
