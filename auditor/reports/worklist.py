"""The work list: what fails and is not waived, cause by cause, as CSV for those who fix it.

Rows of one cause that ask for one fix stand together, so that their mailboxes can be chosen for a
bulk edit, or for Test & Enable. Undetermined and waived findings are no work for anyone here and
are left to the other formats.

Tested in `tests/auditor/reports/test_csv_report.py`.
"""

from array import array
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import groupby
from typing import BinaryIO

from auditor.model import Audit, Finding
from auditor.reports.shared.cells import line
from auditor.reports.shared.text import text_stream
from connectors.columnar.spool import Spool

FORMAT = "worklist"
EXTENSION = "csv"

COLUMNS = (
    "severity", "cause", "rule", "fix", "kind", "name", "address", "id", "url", "clears", "why"
)  # fmt: skip


def write(audit: Audit, out: BinaryIO, *, exit_code: int | None = None) -> None:
    """Write one row for each subject to fix, worst first.

    `clears` says how many findings one fix clears, where more than its own are known.
    """
    titles = {each.rule.id: each.rule.title for each in audit.rules}
    clears = {(each.rule, each.subject.kind, each.subject.id): each.clears for each in audit.causes}

    def row(finding: Finding) -> str:
        subject = finding.subject
        cells = [
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
        return line(cells) + "\r\n"

    failing = (each for each in audit.findings() if each.verdict == "fail" and each.waived is None)
    by_rule = groupby(failing, key=lambda finding: (finding.severity, finding.rule))
    with text_stream(out) as text:
        text.write(line(list(COLUMNS)) + "\r\n")
        for _, findings in by_rule:
            for each in _together(findings, row):
                text.write(each)


def _together(findings: Iterator[Finding], row: Callable[[Finding], str]) -> Iterator[str]:
    """Their rows, those of one fix after those of another, in the order in which fixes are met.

    Rows of the first fix pass; the others wait in a temporary file.
    """
    waiting: dict[str, array[int]] = {}
    first = None
    with closing(Spool(str)) as spool:
        for finding in findings:
            fix = finding.remedy
            if first is None:
                first = fix
            if fix == first:
                yield row(finding)
                continue
            waiting.setdefault(fix, array("Q")).append(len(spool))
            spool.add([row(finding)])
        for positions in waiting.values():
            yield from map(spool.read, positions)
