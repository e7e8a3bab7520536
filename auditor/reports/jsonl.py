"""JSON Lines: the head of the audit, then a cause, a mailbox or a finding on each line.

Every line carries its type, its run and its environment, so that it can be shipped alone.
"""

from collections.abc import Iterable
from typing import BinaryIO

from auditor.model import Audit
from auditor.reports.json_report import head
from auditor.reports.shared.json_text import encode

FORMAT = "jsonl"
EXTENSION = "jsonl"


def write(audit: Audit, out: BinaryIO, *, exit_code: int | None = None) -> None:
    """Write one JSON object a line: `type` is `audit`, then `cause`, `mailbox` and `finding`.

    Each has the keys of the JSON report's after `type`, `run_id` and `environment_name`.
    """
    out.write(b'{"type":"audit",' + encode(head(audit))[1:] + b"\n")
    _lines(audit, out, "cause", audit.causes())
    _lines(audit, out, "mailbox", audit.mailboxes())
    _lines(audit, out, "finding", audit.findings())


def _lines(audit: Audit, out: BinaryIO, type: str, values: Iterable[object]) -> None:
    origin = {"type": type, "run_id": audit.run_id, "environment_name": audit.environment.name}
    opening = encode(origin)[:-1] + b","
    for each in values:
        out.write(opening + encode(each)[1:] + b"\n")
