"""`[report] keep`: so many reports of each environment and format stay beside the latest."""

import contextlib
import os
import re
import shutil
from pathlib import Path

from auditor.process.files import FileNotWritten, explain

_MOMENT = r"\d{4}-\d{2}-\d{2}T\d{6}Z"


def keep_copy(latest: Path, started_at: str, keep: int) -> None:
    """Keep the report under the time of its run too, and remove all but the newest so kept.

    `started_at` is UTC, ISO 8601. Nothing but what was kept here is removed. Raises
    `FileNotWritten`.
    """
    kept = latest.with_name(f"{latest.stem}.{started_at.replace(':', '')}{latest.suffix}")
    try:
        _link(latest, kept)
    except OSError as refusal:
        raise FileNotWritten(kept, explain(refusal)) from refusal
    pattern = re.compile(f"{re.escape(latest.stem)}\\.{_MOMENT}{re.escape(latest.suffix)}")
    with contextlib.suppress(OSError):
        own = sorted(each for each in latest.parent.iterdir() if pattern.fullmatch(each.name))
        for each in own[:-keep]:
            each.unlink()


def _link(latest: Path, kept: Path) -> None:
    """A second name for the file; a copy where the file system has no such names.

    The latest is replaced by the next run, never written to, so that the kept one stays as it is.
    """
    with contextlib.suppress(FileNotFoundError):
        kept.unlink()
    try:
        os.link(latest, kept)
    except OSError:
        shutil.copy2(latest, kept)
