"""Tickets: a directory with a page for each cause, and the files that trackers import.

A second run into the same directory updates each ticket by its key, and closes those whose cause
is gone. On a stream there is the file to import alone, with the causes of this one audit.
"""

import contextlib
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from auditor.model import Audit, FirstChanges
from auditor.process.files import (
    FileNotWritten,
    explain,
    is_pipe_or_device,
    write_atomically,
)
from auditor.reports.shared import ranking
from auditor.reports.shared.json_text import encode
from auditor.reports.shared.text import text_stream
from auditor.reports.ticket_files import imports, register
from auditor.reports.ticket_files.pages import Pages

FORMAT = "tickets"
EXTENSION = "csv"
INDEX = "index.md"
"""The list of all tickets: where a reader begins."""


def write(audit: Audit, out: BinaryIO, *, exit_code: int | None = None) -> None:
    """Write the file to import, with the causes of this audit."""
    found, _ = register.renewed(audit, None)
    proven = _proven(audit, found).changes
    with text_stream(out) as text:
        text.writelines(imports.rows(found.tickets, imports.Titles(audit, proven)))


def write_directory(audit: Audit, directory: Path) -> str:
    """Write or update the tickets in a directory; gives what changed in words.

    A file that is as it should be is not written again. The register comes last: after a run that
    was ended before, the next one does the same again. Raises `FileNotWritten`.
    """
    try:
        directory.mkdir(mode=0o700, exist_ok=True)
    except OSError as refusal:
        raise FileNotWritten(directory, explain(refusal)) from refusal
    for name in (register.FILE, imports.EXPORT):
        _check_file(directory / name)
    earlier = register.load(directory, audit)
    found, told = register.renewed(audit, earlier)
    proven = _proven(audit, found)
    titles = imports.Titles(audit, proven.changes)
    pages = Pages(audit, found, told, titles, ended=proven.ended)
    numbers = imports.numbers_of(directory)
    for each in found.tickets:
        # What a closed ticket said when it was open is not at hand any more.
        if not each.closed or each.closed == found.started_at:
            _renew(directory / f"{each.key}.md", pages.page(each))
    _renew(directory / imports.FILE, _text(imports.rows(found.tickets, titles, numbers)))
    _renew(
        directory / imports.AZURE_FILE, _text(imports.azure_rows(found.tickets, titles, numbers))
    )
    _renew(directory / INDEX, pages.index())
    _renew(directory / register.FILE, encode(found).decode())
    kept = {each.key for each in found.tickets}
    for each in earlier.tickets if earlier is not None else ():
        if each.key not in kept:
            with contextlib.suppress(OSError):
                (directory / f"{each.key}.md").unlink()
    return pages.summary()


def _proven(audit: Audit, found: register.Register) -> FirstChanges:
    """The change that was shown to repair each cause that is open, where one was found."""
    return ranking.first_changes(audit, [each.cause for each in found.of("open")])


def _text(rows: Iterable[str]) -> str:
    return "".join(rows)


def _check_file(path: Path) -> None:
    """Return where reading it ends. Raises `FileNotWritten`."""
    if is_pipe_or_device(path):
        raise FileNotWritten(path, "it is a pipe or a device; remove it")


def _renew(path: Path, text: str) -> None:
    _check_file(path)
    content = text.encode("utf-8", "backslashreplace")
    with contextlib.suppress(OSError):
        if path.read_bytes() == content:
            return
    write_atomically(path, content)
