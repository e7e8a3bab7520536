"""The report of a defect of the program itself: where it happened, and nothing of any record."""

import datetime
import platform
import secrets
import tempfile
import traceback
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import platformdirs

from auditor import __version__
from auditor.process.files import FileNotWritten, write_atomically

_PACKAGES = ("msgspec", "requests", "msal", "rich", "typer", "zstandard", "cryptography")


def write_crash_report(error: BaseException, command: str) -> Path | None:
    """Where the report was written, None where no directory takes it.

    It holds types of exceptions, places in the code and versions. Messages and local variables
    are left out, since they may quote records.
    """
    now = datetime.datetime.now(datetime.UTC)
    text = "\n".join(_lines(error, command, now)) + "\n"
    name = f"auditor-crash-{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}.txt"
    for directory in _directories():
        try:
            directory.mkdir(parents=True, exist_ok=True)
            write_atomically(directory / name, text)
        except (OSError, FileNotWritten):
            continue
        return directory / name
    return None


def _directories() -> Iterator[Path]:
    yield platformdirs.user_log_path("auditor", appauthor=False)
    yield Path(tempfile.gettempdir())


def _lines(error: BaseException, command: str, now: datetime.datetime) -> Iterator[str]:
    yield f"auditor {__version__} met a defect of its own at {now:%Y-%m-%dT%H:%M:%SZ}."
    yield f"command: {command}"
    yield f"python: {platform.python_version()} ({platform.python_implementation()})"
    yield f"system: {platform.system()} {platform.release()} {platform.machine()}"
    for package in _PACKAGES:
        try:
            yield f"{package}: {metadata.version(package)}"
        except metadata.PackageNotFoundError:
            yield f"{package}: not installed"
    yield ""
    chain: BaseException | None = error
    seen: set[int] = set()
    while chain is not None and id(chain) not in seen:
        seen.add(id(chain))
        kind = type(chain)
        yield f"{kind.__module__}.{kind.__qualname__}"
        for frame in traceback.extract_tb(chain.__traceback__):
            yield f"  {frame.filename}:{frame.lineno} in {frame.name}"
        chain = chain.__cause__ or (None if chain.__suppress_context__ else chain.__context__)
