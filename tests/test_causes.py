"""docs/causes.md answers every cause: by rules that there are, or by why nothing decides it."""

from pathlib import Path

import pytest

from rules.rule import catalogue

PAGE = Path(__file__).parent.parent / "docs" / "causes.md"
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.read_text("utf-8").splitlines()
    if line.startswith("| ") and not line.startswith(("| Cause", "| ---"))
]
RULES = {rule.id for rule in catalogue()}


def test_the_page_holds_the_causes_of_all_articles():
    assert len(ROWS) > 60
    assert len({cause for cause, _, _ in ROWS}) == len(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_no_cause_is_without_an_answer(row):
    _, rules, why = row
    assert why
    named = set() if rules == "-" else {each.strip() for each in rules.split(",")}
    assert named <= RULES
    assert named or len(why.split()) > 3
