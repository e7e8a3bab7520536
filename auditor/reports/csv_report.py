"""CSV: a row for each finding, and below one of a shared cause a row for each sampled subject.

UTF-8, comma, RFC 4180. No cell begins a formula.
"""

import csv
from collections.abc import Iterator
from typing import BinaryIO

from auditor.model import Audit, Finding, Subject
from auditor.reports.shared import wording
from auditor.reports.shared.cells import cell
from auditor.reports.shared.text import text_stream

FORMAT = "csv"
EXTENSION = "csv"

COLUMNS = (
    "environment",
    "rule",
    "title",
    "severity",
    "verdict",
    "waived",
    "kind",
    "name",
    "address",
    "id",
    "url",
    "message",
    "remedy",
    "statements",
    "evidence",
    "cause",
    "affected",
    "fingerprint",
)


def write(audit: Audit, out: BinaryIO, *, exit_code: int | None = None) -> None:
    """Write the column names, then the findings in published order.

    `waived` is empty or the waiver; `affected` counts the subjects that a shared cause leaves
    open and is 1 elsewhere.
    """
    titles = {each.rule.id: each.rule.title for each in audit.rules}
    with text_stream(out) as text:
        lines = csv.writer(text)
        lines.writerow(COLUMNS)
        for finding in audit.findings():
            lines.writerows(_rows(audit.environment.name, titles, finding))


def _rows(environment: str, titles: dict[str, str], finding: Finding) -> Iterator[list[str]]:
    affected = finding.affected
    count = "1" if affected is None else str(affected.count)
    yield _row(environment, titles, finding, finding.subject, count)
    for subject in affected.sample if affected is not None else ():
        yield _row(environment, titles, finding, subject, "")


def _row(
    environment: str, titles: dict[str, str], finding: Finding, subject: Subject, affected: str
) -> list[str]:
    return [
        cell(text)
        for text in (
            environment,
            finding.rule,
            titles.get(finding.rule, ""),
            finding.severity,
            finding.verdict,
            wording.waiver(finding) if finding.waived is not None else "",
            subject.kind,
            subject.name,
            subject.address,
            subject.id,
            subject.url,
            finding.message,
            finding.remedy,
            " ".join(finding.statements),
            "; ".join([wording.evidence(each) for each in finding.evidence]),
            wording.cause(finding.cause) if finding.cause is not None else "",
            affected,
            finding.fingerprint,
        )
    ]
