"""Every reader there is: a new file with a `READER` in a connector's folder is a new source."""

import importlib
import pkgutil
from functools import cache

import connectors
from connectors.sources import Reader


@cache
def readers() -> tuple[Reader, ...]:
    """All readers in the order in which they must run: each after those whose rows it needs."""
    found: dict[str, Reader] = {}
    for package in pkgutil.iter_modules(connectors.__path__, "connectors."):
        if not package.ispkg:
            continue
        folder = importlib.import_module(package.name)
        for module in pkgutil.iter_modules(folder.__path__, f"{package.name}."):
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
