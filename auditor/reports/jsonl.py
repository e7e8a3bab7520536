"""JSON Lines: the head of the audit on the first line, then a finding on each.

Every line carries its type, its run and its environment, so that it can be shipped alone.
"""

from typing import BinaryIO

from auditor.model import Audit
from auditor.reports.json_report import head
from auditor.reports.shared.json_text import encode

FORMAT = "jsonl"
EXTENSION = "jsonl"


def write(audit: Audit, out: BinaryIO, *, exit_code: int | None = None) -> None:
    """Write one JSON object a line: `type` is `audit` for the head, else `finding`.

    A finding has the keys of the JSON report's after `type`, `run_id` and `environment_name`.
    """
    out.write(b'{"type":"audit",' + encode(head(audit))[1:] + b"\n")
    origin = {
        "type": "finding",
        "run_id": audit.run_id,
        "environment_name": audit.environment.name,
    }
    opening = encode(origin)[:-1] + b","
    for finding in audit.findings():
        out.write(opening + encode(finding)[1:] + b"\n")
