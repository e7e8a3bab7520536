"""Audits that ended, kept outside memory until those of all environments have.

With them go the settings of the records that they read, which the history compares.

Tested in `tests/auditor/fleet/test_kept_audits.py` and `tests/auditor/fleet/test_settled.py`.
"""

from collections.abc import Callable

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from auditor.differences.packed_settings import PackedSettings
from auditor.differences.settings import RecordSettings
from auditor.fleet.spooled import Spooled
from auditor.model import Audit, Finding, MailboxEntry, RootCause
from auditor.reports.json_report import head
from auditor.reports.published.loading import audit_of
from auditor.reports.published.shape import Head
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
        # Each is a page of records.
        self._settings = Spooled(PackedSettings, 1)

    def close(self) -> None:
        """Give the files back."""
        for each in (self._heads, self._causes, self._mailboxes, self._findings, self._settings):
            each.close()

    def keep_settings(self, settings: RecordSettings) -> Callable[[], RecordSettings]:
        """Keeps settings; what is given makes them again, for the caller to close."""
        return settings.keep(self._settings.keep)

    def keep(self, audit: Audit) -> Callable[[], Audit]:
        """Keeps an audit; what is given makes it again."""
        heads = self._heads.keep([_Encoded(msgspec.json.encode(head(audit)))])
        causes = self._causes.keep(audit.causes())
        mailboxes = self._mailboxes.keep(audit.mailboxes())
        undecided = None
        if audit.undecided is not None:
            undecided = self._mailboxes.keep(audit.undecided())
        findings = self._findings.keep(audit.findings())
        standings = None if audit.standings_digest is None else audit.standings_digest()
        again, count, is_open = audit.again, audit.cause_count, audit.undetermined_open
        # Those that its reports asked for; to look for more needs all that was read.
        changes = None if audit.first_steps is None else audit.first_steps(())

        def kept() -> Audit:
            (encoded,) = heads()
            of = audit_of(msgspec.json.decode(encoded.head, type=Head), count, is_open)
            return replace(
                of,
                causes=causes,
                mailboxes=mailboxes,
                findings=findings,
                again=again,
                first_steps=None if changes is None else lambda _: changes,
                standings_digest=None if standings is None else lambda: standings,
                undecided=undecided,
            )

        return kept
