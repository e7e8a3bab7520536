"""Audits as bytes, for the process that asked another one to do them.

What is streamed is compressed in parts, so that neither process holds all of it decoded.
"""

import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from auditor.differences.settings import SentSettings
from auditor.fleet.compared_environments import Compared
from auditor.judging.address_index import SentPage
from auditor.model import Audit, Finding, FirstChanges, MailboxEntry, RootCause
from auditor.reports.json_report import head
from auditor.reports.published.loading import audit_of
from auditor.reports.published.shape import Head
from auditor.reports.shared import ranking
from auditor.reports.shared.json_text import encode

T = TypeVar("T")
_AT_A_TIME = 1000

Parts = tuple[bytes, ...]


class SentAddresses(Struct, frozen=True):
    """What is compared with other environments."""

    compared: Compared
    pages: tuple[SentPage, ...]


class SentAudit(Struct, frozen=True, kw_only=True):
    """An audit; `head` is what its JSON report has beside causes, mailboxes and findings.

    `addresses` and `settings` are there where they were asked for.
    """

    head: bytes
    cause_count: int
    undetermined_open: bool
    causes: Parts
    mailboxes: Parts
    findings: Parts
    standings: bytes | None
    undecided: Parts | None
    first_changes: FirstChanges | None
    reading_s: float = 0.0
    judging_s: float = 0.0
    addresses: SentAddresses | None = None
    settings: SentSettings | None = None

    def audit(self) -> Audit:
        """The audit again. Of its findings no extents are known."""
        of = audit_of(
            msgspec.json.decode(zlib.decompress(self.head), type=Head),
            self.cause_count,
            self.undetermined_open,
        )
        standings, changes = self.standings, self.first_changes
        return replace(
            of,
            causes=_stream(self.causes, RootCause),
            mailboxes=_stream(self.mailboxes, MailboxEntry),
            findings=_stream(self.findings, Finding),
            first_steps=None if changes is None else lambda _: changes,
            standings_digest=None if standings is None else lambda: standings,
            undecided=None if self.undecided is None else _stream(self.undecided, MailboxEntry),
        )


def sent_audit(
    audit: Audit,
    addresses: SentAddresses | None = None,
    settings: SentSettings | None = None,
    *,
    reading_s: float = 0.0,
    judging_s: float = 0.0,
) -> SentAudit:
    """The audit as it is sent."""
    return SentAudit(
        head=zlib.compress(encode(head(audit))),
        cause_count=audit.cause_count,
        undetermined_open=audit.undetermined_open,
        causes=_parts(audit.causes()),
        mailboxes=_parts(audit.mailboxes()),
        findings=_parts(audit.findings()),
        first_changes=_first_changes(audit),
        standings=None if audit.standings_digest is None else audit.standings_digest(),
        undecided=None if audit.undecided is None else _parts(audit.undecided()),
        reading_s=reading_s,
        judging_s=judging_s,
        addresses=addresses,
        settings=settings,
    )


def _first_changes(audit: Audit) -> FirstChanges | None:
    """The changes that reports show: to look for more needs all that was read."""
    if audit.first_steps is None:
        return None
    first = ranking.first_causes(audit, ranking.PLANNED)
    return audit.first_steps((*ranking.first_of_each_change(audit, ranking.PLANNED), *first))


def _parts(values: Iterable[object]) -> Parts:
    waiting = iter(values)
    parts = []
    while batch := list(islice(waiting, _AT_A_TIME)):
        parts.append(zlib.compress(encode(batch)))
    return tuple(parts)


def _stream(parts: Sequence[bytes], kind: type[T]) -> Callable[[], Iterator[T]]:
    decoder: msgspec.json.Decoder[list[T]] = msgspec.json.Decoder(
        list[kind]  # type: ignore[valid-type]
    )

    def stream() -> Iterator[T]:
        for part in parts:
            yield from decoder.decode(zlib.decompress(part))

    return stream
