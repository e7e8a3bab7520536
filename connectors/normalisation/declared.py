"""From what the configuration declares to facts: absent means unknown."""

from collections.abc import Mapping

from connectors.normalisation.unknowns import scalar, undeclared
from rules.evidence import Evidence
from rules.facts import Declared

KEYS = tuple(name for name in Declared.__struct_fields__ if name != "origins")
"""The declarations that rules ask for, by the names of the configuration."""


def declared(values: Mapping[str, object], started_at: str) -> Declared:
    """The declarations; a key that is missing or None is unknown.

    `started_at` is the start of the run (UTC, ISO 8601): evidence names it as the read time.
    """
    facts: dict[str, object] = {}
    origins = {}
    for key in KEYS:
        value = values.get(key)
        facts[key] = undeclared(key) if value is None else _folded(value)
        shown = ", ".join(value) if isinstance(value, tuple | list) else scalar(value)
        origins[key] = (Evidence("declared", key, key, shown, started_at),)
    return Declared(**facts, origins=origins)  # type: ignore[arg-type]


def _folded(value: object) -> object:
    if isinstance(value, tuple | list):
        return tuple(str(each).lower() for each in value)
    return value
