"""What changed between two audits, as every writer and notification reads it."""

from collections.abc import Collection, Iterable
from typing import Literal, TypeAlias

from msgspec import Struct

from auditor.model import Subject
from rules.verdict import SEVERITIES, Severity

Change: TypeAlias = Literal[
    "new",
    "fixed",
    "still",
    "reopened",
    "became-undetermined",
    "established",
    "waived",
    "waiver-expired",
]
"""What happened to a finding. `established`: it was undetermined and is decided now."""

Reason: TypeAlias = Literal[
    "setting", "rule", "edition", "date", "waiver", "source", "subject-gone"
]
"""What it rests on. `date`: neither a setting nor what judges it changed; time has passed."""


class Run(Struct, frozen=True):
    """One audit. Times are UTC, ISO 8601; `edition` None: none could be chosen."""

    id: str
    started_at: str
    finished_at: str
    as_of: str
    environment: str = ""
    tool_version: str = ""
    edition: str | None = None
    complete: bool = True


class Value(Struct, frozen=True):
    """A setting as it was read, and when (UTC, ISO 8601; empty: not known)."""

    value: object
    read_at: str = ""


class SettingChange(Struct, frozen=True):
    """One field of one record, before and after; None: the record was not there."""

    field: str
    before: Value | None
    after: Value | None


class Moved(Struct, frozen=True):
    """How a mailbox stood before and stands now.

    None: it is not among those that do not simply work: it works, is not in use, or is not there.
    """

    before: str | None
    after: str | None


class MailboxChange(Struct, frozen=True):
    """One mailbox that stands otherwise than before."""

    id: str
    name: str
    address: str
    standing: Moved

    @property
    def broke(self) -> bool:
        """Whether it is broken and was not: where that was not known, it is not known either."""
        return self.standing.after == "broken" and self.standing.before not in ("broken", "unknown")

    @property
    def no_longer_broken(self) -> bool:
        """Whether it was broken, and is no longer among those that do not simply work."""
        return self.standing.before == "broken" and self.standing.after in (None, "works")


def mailboxes_in_order(changes: Iterable[MailboxChange]) -> tuple[MailboxChange, ...]:
    """Those that broke first, those that are no longer broken last; by address."""

    def place(of: MailboxChange) -> tuple[object, ...]:
        return not of.broke, of.no_longer_broken, of.address, of.id

    return tuple(sorted(changes, key=place))


class FindingChange(Struct, frozen=True):
    """What happened to one finding, and the settings that changed with it.

    `first_seen` is when the run began that met it first (UTC, ISO 8601). `verdict` is that of the
    new audit; None: it shows no such finding.
    """

    fingerprint: str
    rule: str
    severity: Severity
    subject: Subject
    first_seen: str
    change: Change
    reason: Reason
    verdict: Literal["fail", "undetermined"] | None = None
    settings: tuple[SettingChange, ...] = ()


_CHANGES: tuple[Change, ...] = (
    *("new", "reopened", "waiver-expired", "established", "became-undetermined"),
    *("fixed", "waived", "still"),
)


def in_order(findings: Iterable[FindingChange]) -> tuple[FindingChange, ...]:
    """What broke first, then what is open, then what is fixed; by severity, rule and subject."""

    def place(of: FindingChange) -> tuple[object, ...]:
        return (
            _CHANGES.index(of.change),
            SEVERITIES.index(of.severity),
            of.rule,
            of.subject.kind,
            of.subject.id,
            of.fingerprint,
        )

    return tuple(sorted(findings, key=place))


class SubjectChange(Struct, frozen=True):
    """A record that was added or deleted, or whose settings changed."""

    subject: Subject
    change: Literal["added", "deleted", "changed"]
    settings: tuple[SettingChange, ...] = ()


class Difference(Struct, frozen=True, kw_only=True):
    """What changed from one audit to another; `old` None: there is none before.

    Mailboxes that broke stand first; `Mailboxes` tells what became of each. `findings` holds those
    that changed; `still` counts those that are as they were. `subjects` is None where the settings
    of both are not known. `last_complete_at` is when the environment's last complete run ended, the
    new one included (UTC, ISO 8601); None: no such run is known.
    """

    old: Run | None
    new: Run
    mailboxes: tuple[MailboxChange, ...] = ()
    findings: Collection[FindingChange] = ()
    still: int = 0
    subjects: tuple[SubjectChange, ...] | None = None
    last_complete_at: str | None = None

    def of(self, *changes: Change) -> tuple[FindingChange, ...]:
        """The findings that changed in one of these ways."""
        return tuple(each for each in self.findings if each.change in changes)

    @property
    def new_failures(self) -> bool:
        """Whether something fails that did not fail before, and no waiver covers it."""
        found = self.of("new", "reopened", "waiver-expired")
        return any(each.verdict == "fail" for each in found)
