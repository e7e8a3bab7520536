"""The report formats: every module of this folder is one, `shared` holds what they have in common.

A format is a module with `FORMAT` (the name `--report` takes), `EXTENSION` (of a file it is
written to) and `write(audit, out, *, exit_code=None)`. A writer writes UTF-8 to the binary stream
it is given and nowhere else, never closes it, and reads `audit.findings()` as a stream.
"""

import importlib
import pkgutil
from functools import cache
from typing import BinaryIO, Protocol

from msgspec import Struct

from auditor.model import Audit


class Write(Protocol):
    """Writes one audit to a binary stream; `exit_code` is the run's, None where there is none."""

    def __call__(self, audit: Audit, out: BinaryIO, *, exit_code: int | None = None) -> None:
        """Write the whole report."""


class Writer(Struct, frozen=True):
    """One format: its name, the extension of its files without the dot, and what writes it."""

    format: str
    extension: str
    write: Write


class UnknownFormat(ValueError):
    """No writer has that name; the message lists those that there are."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name!r} is no report format; known are {', '.join(formats())}")


@cache
def _writers() -> dict[str, Writer]:
    found = {}
    for entry in pkgutil.iter_modules(__path__):
        if entry.ispkg:
            continue
        module = importlib.import_module(f"{__name__}.{entry.name}")
        found[module.FORMAT] = Writer(module.FORMAT, module.EXTENSION, module.write)
    return dict(sorted(found.items()))


def formats() -> tuple[str, ...]:
    """The name of every format, in alphabetical order."""
    return tuple(_writers())


def writer(name: str) -> Writer:
    """The writer of a format. Raises UnknownFormat."""
    try:
        return _writers()[name]
    except KeyError:
        raise UnknownFormat(name) from None
