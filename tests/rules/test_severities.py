"""How grave each rule is, and what it does to mailboxes: builds fail by it, and it is published."""

import re
from pathlib import Path

from rules.rule import catalogue

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"
ROW = re.compile(
    r"^\| \[(?P<id>[\w-]+)\]\(#(?P=id)\) \| (?P<subject>[\w-]+) \| (?P<severity>\w+) "
    r"\| (?P<effect>\w+) \|",
    re.MULTILINE,
)


def test_every_rule_is_as_grave_as_it_is_published_to_be() -> None:
    published = {row["id"]: row.groupdict() for row in ROW.finditer(PAGE.read_text("utf-8"))}
    assert published == {
        each.id: {
            "id": each.id,
            "subject": each.subject,
            "severity": each.severity,
            "effect": each.effect,
        }
        for each in catalogue()
    }
