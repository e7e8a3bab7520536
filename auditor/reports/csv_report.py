"""CSV: a row for each finding, and below one of a shared cause a row for each sampled subject.

After them comes a row without a rule for each mailbox that does not simply work, with its standing
and the causes that bear on it. UTF-8 with a byte order mark, by which Excel knows it; comma, every
cell quoted (RFC 4180). No cell begins a formula.
"""

from collections.abc import Iterator
from typing import BinaryIO

from auditor.model import Audit, Finding, MailboxEntry, Subject, page_of
from auditor.reports.shared import evidence_words, wording
from auditor.reports.shared.cells import BYTE_ORDER_MARK, line
from auditor.reports.shared.standings import StandingIndex
from auditor.reports.shared.text import text_stream

FORMAT = "csv"
EXTENSION = "csv"

KEPT = 1000

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
    "standing",
    "causes",
)


def write(audit: Audit, out: BinaryIO, *, exit_code: int | None = None) -> None:
    """Write the column names, then the findings in published order, then the mailboxes.

    `waived` is empty or the waiver; `affected` counts the subjects that a shared cause leaves
    open and is 1 elsewhere.
    """
    with text_stream(out) as text:
        text.write(BYTE_ORDER_MARK + line(list(COLUMNS)) + "\r\n")
        rows = _Rows(audit)
        text.writelines(rows.all())
        text.writelines(map(rows.of_mailbox, audit.mailboxes()))


class _Rows:
    """Rows of an audit. What findings of one verdict share is made into cells once."""

    def __init__(self, audit: Audit) -> None:
        self.audit = audit
        self.titles = {each.rule.id: each.rule.title for each in audit.rules}
        self.told: dict[tuple[object, ...], tuple[str, str]] = {}
        self.standings = StandingIndex(audit)
        self.page = page_of(audit.environment.url, "mailbox")

    def all(self) -> Iterator[str]:
        for finding in self.audit.findings():
            affected = finding.affected
            if affected is None:
                yield self.row(finding, finding.subject, "1")
                continue
            yield self.row(finding, finding.subject, str(affected.count))
            for subject in affected.sample:
                yield self.row(finding, subject, "")

    def row(self, finding: Finding, subject: Subject, affected: str) -> str:
        before, after = self.shared(finding)
        who = line([subject.kind, subject.name, subject.address, subject.id, subject.url])
        cause = wording.cause(finding.cause, self.audit.names) if finding.cause is not None else ""
        evidence = "; ".join([evidence_words.line(each) for each in finding.evidence])
        standing = self.standings.of(subject.id) if subject.kind == "mailbox" else ""
        why = line([evidence, cause, affected, finding.fingerprint, standing, ""])
        return f"{before},{who},{after},{why}\r\n"

    def of_mailbox(self, entry: MailboxEntry) -> str:
        """The row of a mailbox that does not simply work."""
        cells = dict.fromkeys(COLUMNS, "")
        cells |= {
            "environment": self.audit.environment.name,
            "kind": "mailbox",
            "name": entry.name,
            "address": entry.address,
            "id": entry.id,
            "url": f"{self.page}{entry.id}%7D",
            "message": wording.STANDINGS[entry.standing],
            "standing": entry.standing,
            "causes": " ".join(entry.causes),
        }
        return line(list(cells.values())) + "\r\n"

    def shared(self, finding: Finding) -> tuple[str, str]:
        """The cells before the subject's and those after."""
        waived = finding.waived
        key = (
            finding.rule,
            finding.severity,
            finding.verdict,
            finding.message,
            finding.remedy,
            finding.statements,
            None if waived is None else (waived.until, waived.reason),
        )
        found = self.told.get(key)
        if found is None:
            if len(self.told) >= KEPT:
                self.told.clear()
            before = [
                self.audit.environment.name,
                finding.rule,
                self.titles.get(finding.rule, ""),
                finding.severity,
                finding.verdict,
                wording.waiver(finding),
            ]
            after = [finding.message, finding.remedy, " ".join(finding.statements)]
            found = self.told[key] = (line(before), line(after))
        return found
