"""Files at any place that fsspec knows, such as `s3://reports/contoso.html`.

Tested in `tests/auditor/process/test_remote_files.py`.
"""

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, TypeAlias
from urllib.parse import urlsplit

from auditor.process.files import FileNotWritten, explain, writing_bytes
from auditor.process.private_directory import private_directory
from auditor.usage import UsageProblem

Place: TypeAlias = Path | str
"""A file of this computer, or the address of one elsewhere."""

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)
_HERE = ("file", "local")
_NOT_WRITABLE = ("http", "https")


def is_address(path: str) -> bool:
    """Whether the text is the address of a file elsewhere, not a path."""
    return _ADDRESS.match(path) is not None


def check_address(address: str) -> None:
    """Return where files can be written there, as far as this computer can tell.

    Raises `UsageProblem`.
    """
    parts = urlsplit(address)
    if parts.password is not None:
        raise UsageProblem(
            f"{parts.scheme}:// with a password in it: set it where the package that writes there"
            " looks for it"
        )
    if parts.scheme in _NOT_WRITABLE:
        raise UsageProblem(f"{address}: a web server takes no files; name a place that does")
    if parts.scheme in _HERE:
        raise UsageProblem(f"{address} is a file of this computer; write its path")
    try:
        import fsspec
    except ImportError:
        raise UsageProblem(
            f"{address} needs the package fsspec; run pip install 'server-side-sync-auditor[dask]'"
        ) from None
    try:
        fsspec.get_filesystem_class(parts.scheme)
    except (ImportError, ValueError) as refusal:
        raise UsageProblem(f"{address}: {str(refusal).splitlines()[0]}") from None


@contextlib.contextmanager
def writing_place(place: Place) -> Iterator[BinaryIO]:
    """A binary file that is at the place when the block ends without error; nothing before that.

    Raises `FileNotWritten`.
    """
    if isinstance(place, Path):
        with writing_bytes(place) as out:
            yield out
        return
    with contextlib.ExitStack() as around:
        try:
            path = around.enter_context(private_directory()) / "report"
            draft = around.enter_context(path.open("wb"))
        except OSError as refusal:
            raise FileNotWritten(place, explain(refusal)) from refusal
        yield draft
        try:
            draft.close()
            _put(str(path), place)
        except OSError as refusal:
            raise FileNotWritten(place, explain(refusal)) from refusal
        except Exception as refusal:
            # Each package that knows a place has errors of its own.
            raise FileNotWritten(place, type(refusal).__name__) from refusal


def _put(file: str, address: str) -> None:
    import fsspec

    system, path = fsspec.core.url_to_fs(address)
    system.put_file(file, path)
