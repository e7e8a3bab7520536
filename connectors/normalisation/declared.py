"""From what the configuration declares to facts: absent means unknown."""

from collections.abc import Mapping

from msgspec import Struct

from connectors.normalisation.unknowns import scalar, undeclared
from rules.evidence import Evidence
from rules.facts import Declared
from rules.option_sets import Deployment

KEYS = tuple(name for name in Declared.__struct_fields__ if name != "origins")
"""The declarations that rules ask for, by the names of the configuration."""

LISTS = frozenset({"fips_compliant_mail_servers"})
"""Those that are lists of texts; the others are true or false."""


class Declarations(Struct, frozen=True):
    """What the configuration says that no source tells.

    `values` are the declarations by key; `builds` and `providers` go by host. `deployment` None:
    it is told from the server's answers.
    """

    values: Mapping[str, object] = {}
    builds: Mapping[str, str] = {}
    providers: Mapping[str, str] = {}
    deployment: Deployment | None = None


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
