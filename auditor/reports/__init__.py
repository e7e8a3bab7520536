"""The report formats: every module of this folder is one.

`shared` holds what they have in common, `published` the shape of the JSON report.

A format is a module with `FORMAT` (the name `--report` takes), `EXTENSION` (of a file it is
written to) and `write(audit, out, *, exit_code=None)`. A writer writes UTF-8 to the binary stream
it is given and nowhere else, never closes it, and reads `audit.findings()` as a stream. A format
that fills a directory has `INDEX`, the file in it where a reader begins, and
`write_directory(audit, directory)`, too.
"""

import importlib
from pathlib import Path
from typing import BinaryIO, Protocol

from msgspec import Struct

from auditor.model import Audit
from auditor.report_names import modules


class Write(Protocol):
    """Writes one audit to a binary stream; `exit_code` is the run's, None where there is none."""

    def __call__(self, audit: Audit, out: BinaryIO, *, exit_code: int | None = None) -> None:
        """Write the whole report."""


class WriteDirectory(Protocol):
    """Fills a directory, or renews it, and gives in words what changed."""

    def __call__(self, audit: Audit, directory: Path) -> str:
        """Write every file. Raises `FileNotWritten`."""


class Writer(Struct, frozen=True):
    """One format: its name, the extension of its files without the dot, and what writes it.

    `write_directory` and `index` are there where the path of the format is a directory.
    """

    format: str
    extension: str
    write: Write
    write_directory: WriteDirectory | None = None
    index: str = ""


class UnknownFormat(ValueError):
    """No writer has that name; the message lists those that there are."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name!r} is no report format; known are {', '.join(formats())}")


def formats() -> tuple[str, ...]:
    """The name of every format, in alphabetical order."""
    return tuple(modules())


def writer(name: str) -> Writer:
    """The writer of a format, which alone is loaded. Raises UnknownFormat."""
    if name not in modules():
        raise UnknownFormat(name)
    module = importlib.import_module(f"{__name__}.{modules()[name]}")
    return Writer(
        module.FORMAT,
        module.EXTENSION,
        module.write,
        getattr(module, "write_directory", None),
        getattr(module, "INDEX", ""),
    )
