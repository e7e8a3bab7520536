"""Audits that ended, kept outside memory until those of all environments have.

Tested in `tests/auditor/fleet/test_settled.py`.
"""

from collections.abc import Callable

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from auditor.fleet.spooled import Spooled
from auditor.model import Audit, Finding, MailboxEntry, RootCause
from auditor.reports.json_report import head
from auditor.reports.shared.loading import audit_of
from auditor.reports.shared.published import Head
from connectors.transport.closing import Closing


class _Encoded(Struct, frozen=True):
    """An audit without what is streamed, as reports publish it."""

    head: bytes


class KeptAudits(Closing):
    """Gives back what it was given. Safe to share between threads."""

    def __init__(self) -> None:
        self._heads = Spooled(_Encoded)
        self._causes = Spooled(RootCause)
        self._mailboxes = Spooled(MailboxEntry)
        self._findings = Spooled(Finding)

    def close(self) -> None:
        """Give the files back."""
        for each in (self._heads, self._causes, self._mailboxes, self._findings):
            each.close()

    def keep(self, audit: Audit) -> Callable[[], Audit]:
        """Keeps an audit; what is given makes it again."""
        heads = self._heads.keep([_Encoded(msgspec.json.encode(head(audit)))])
        causes = self._causes.keep(audit.causes())
        mailboxes = self._mailboxes.keep(audit.mailboxes())
        findings = self._findings.keep(audit.findings())
        again, count, is_open = audit.again, audit.cause_count, audit.undetermined_open

        def kept() -> Audit:
            (encoded,) = heads()
            of = audit_of(msgspec.json.decode(encoded.head, type=Head), count, is_open)
            return replace(of, causes=causes, mailboxes=mailboxes, findings=findings, again=again)

        return kept
