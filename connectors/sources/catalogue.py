"""Every reader there is: a new file with a `READER` in a connector's folder is a new source."""

import importlib
import pkgutil
from functools import cache

from connectors.sources.source import Reader

SYSTEMS = (
    "connectors.dynamics",
    "connectors.dynamics.tables",
    "connectors.dns",
    "connectors.exchange_online",
    "connectors.exchange_server",
    "connectors.graph",
    "connectors.mail_servers",
)
"""The folders whose modules read: one source a module."""


@cache
def readers() -> tuple[Reader, ...]:
    """All readers in the order in which they must run: each after those whose rows it needs."""
    found: dict[str, Reader] = {}
    for system in SYSTEMS:
        folder = importlib.import_module(system)
        for module in pkgutil.iter_modules(folder.__path__, f"{system}."):
            reader = getattr(importlib.import_module(module.name), "READER", None)
            if isinstance(reader, Reader):
                found[reader.source] = reader
    return tuple(_in_order(found))


def _in_order(found: dict[str, Reader]) -> list[Reader]:
    ordered: dict[str, Reader] = {}

    def place(reader: Reader) -> None:
        for before in reader.after:
            if before not in ordered:
                place(found[before])
        ordered.setdefault(reader.source, reader)

    for name in sorted(found):
        place(found[name])
    return list(ordered.values())
