"""Which rules each source unlocks: those that are undetermined where it cannot be read."""

from functools import cache
from pathlib import Path

import msgspec


@cache
def rules_by_source() -> dict[str, tuple[str, ...]]:
    """The ids of rules, in alphabetical order, by source; made by `make docs`.

    {"dynamics.queues": ("address-differs-from-owner", …), …}
    """
    text = Path(__file__).with_name("rules_by_source.json").read_bytes()
    return msgspec.json.decode(text, type=dict[str, tuple[str, ...]])


def sources_of(rule: str) -> tuple[str, ...]:
    """The names of the sources without which a rule is undetermined, in alphabetical order."""
    return tuple(source for source, rules in rules_by_source().items() if rule in rules)


def rules_of(source: str) -> tuple[str, ...]:
    """The ids of the rules that a source unlocks; none for one that decides nothing alone."""
    return rules_by_source().get(source, ())
