"""Faults planted on purpose, by the rule that should find them, so that recall can be scored."""

from collections.abc import Iterable

Found = dict[str, list[str]]


class Planted:
    """Notes which subjects break which rules; a subject is the record's own name."""

    def __init__(self) -> None:
        self.by_rule: Found = {}

    def note(self, subject: str, rules: str | Iterable[str]) -> None:
        """Note a subject under one rule id, or several as words of a text."""
        for rule in rules.split() if isinstance(rules, str) else rules:
            self.by_rule.setdefault(rule, []).append(subject)
