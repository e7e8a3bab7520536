"""The stored runs as JSON."""

from collections.abc import Sequence
from typing import BinaryIO

import msgspec

from auditor.history.runs import StoredRun
from auditor.reports.shared.json_text import encode


def write(runs: Sequence[StoredRun], action: str, out: BinaryIO) -> None:
    """Write a list with one object for each run, whatever was asked for."""
    out.write(encode(msgspec.to_builtins(list(runs))))
    out.write(b"\n")
