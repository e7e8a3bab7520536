"""The work list: what fails and is not waived, cause by cause, as CSV for those who mend it.

Rows of one cause stand together, so that its mailboxes can be chosen for a bulk edit, or for
Test & Enable. Undetermined and waived findings are no work for anyone here and are left to the
other formats.
"""

from typing import BinaryIO

from auditor.model import Audit
from auditor.reports.shared.cells import line
from auditor.reports.shared.text import text_stream

FORMAT = "worklist"
EXTENSION = "csv"

COLUMNS = (
    "severity", "cause", "rule", "fix", "kind", "name", "address", "id", "url", "clears", "why"
)  # fmt: skip


def write(audit: Audit, out: BinaryIO, *, exit_code: int | None = None) -> None:
    """Write one row for each subject to mend, worst first.

    `clears` says how many findings one mend clears, where more than its own are known.
    """
    titles = {each.rule.id: each.rule.title for each in audit.rules}
    clears = {(each.rule, each.subject.kind, each.subject.id): each.clears for each in audit.causes}
    with text_stream(out) as text:
        text.write(line(list(COLUMNS)) + "\r\n")
        for finding in audit.findings():
            if finding.verdict != "fail" or finding.waived is not None:
                continue
            subject = finding.subject
            row = [
                finding.severity,
                titles.get(finding.rule, finding.rule),
                finding.rule,
                finding.remedy,
                subject.kind,
                subject.name,
                subject.address,
                subject.id,
                subject.url,
                str(clears.get((finding.rule, subject.kind, subject.id), 1)),
                finding.message,
            ]
            text.write(line(row) + "\r\n")
