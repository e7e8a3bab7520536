"""What changed since the run before, in words: first what stopped working."""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from auditor.differences import (
    Difference,
    FindingChange,
    MailboxChange,
    Mailboxes,
    SettingChange,
    Value,
)
from auditor.reports.shared import evidence_words
from auditor.reports.shared.text import plain
from auditor.reports.shared.wording import label
from rules.counting import counted
from rules.option_labels import label_in_any

HEADING = "What changed since the last run"
_CHANGES = {
    "new": "New",
    "reopened": "Back again",
    "waiver-expired": "Waiver ended",
    "established": "Undetermined before, decided now",
    "became-undetermined": "Undetermined now",
    "fixed": "Fixed",
    "waived": "Waived",
}
_REASONS = {
    "setting": "",
    "rule": "the rule changed, not the tenant",
    "edition": "another edition of the support document judges it",
    "date": "no setting changed; time has passed",
    "waiver": "",
    "source": "a source was not read",
    "subject-gone": "the record is gone",
}
SETTINGS = 3


class Part(Struct, frozen=True):
    """What happened, the lines that tell to whom, and how many more there are."""

    what: str
    lines: tuple[str, ...]
    more: int

    @property
    def heading(self) -> str:
        """What happened, with how often it did."""
        return f"{self.what} ({len(self.lines) + self.more:,})"


def summary(difference: Difference) -> str:
    """What changed, in a sentence."""
    if difference.old is None:
        return "This is the first run that is stored: the next one says what changed."
    mailboxes = Mailboxes(difference)
    parts = _broken(mailboxes)
    if found := len(mailboxes.recovered):
        parts.append(f"{counted(found, 'mailbox is', 'mailboxes are')} no longer broken")
    if found := len(mailboxes.deleted):
        parts.append(f"{counted(found, 'broken mailbox was', 'broken mailboxes were')} deleted")
    if found := len(mailboxes.otherwise):
        parts.append(f"{counted(found, 'mailbox stands', 'mailboxes stand')} otherwise")
    for change, word in _CHANGES.items():
        if found := len(difference.of(change)):  # type: ignore[arg-type]
            parts.append(f"{word.lower()}: {counted(found, 'finding', 'findings')}")
    if count := len(difference.subjects or ()):
        records = counted(count, "record was", "records were")
        parts.append(f"{records} added, deleted or changed")
    changes = "; ".join(parts) or "nothing changed"
    still = counted(difference.still, "finding is", "findings are")
    return f"Since the run of {difference.old.started_at}: {changes}. {still} as before."


def broken(difference: Difference) -> str:
    """How many mailboxes broke, by what is known of them; empty: none."""
    return ", ".join(_broken(Mailboxes(difference)))


def _broken(of: Mailboxes) -> list[str]:
    told = []
    if count := len(of.stopped):
        told.append(f"{counted(count, 'mailbox', 'mailboxes')} stopped working")
    if count := len(of.new):
        told.append(counted(count, "new mailbox is broken", "new mailboxes are broken"))
    if count := len(of.newly_broken):
        told.append(counted(count, "mailbox is newly broken", "mailboxes are newly broken"))
    return told


def parts(difference: Difference, most: int) -> Iterator[Part]:
    """What changed, part by part, each of at most so many lines."""
    mailboxes = Mailboxes(difference)

    def of_mailboxes(heading: str, found: Sequence[MailboxChange]) -> Iterator[Part]:
        lines = [_mailbox(each, mailboxes) for each in found[:most]]
        return _part(heading, lines, most, len(found))

    yield from of_mailboxes("Stopped working", mailboxes.stopped)
    yield from of_mailboxes("New and broken", mailboxes.new)
    yield from of_mailboxes("Newly broken", mailboxes.newly_broken)
    yield from of_mailboxes("Stand otherwise", mailboxes.otherwise)
    for change, heading in _CHANGES.items():
        found = difference.of(change)  # type: ignore[arg-type]
        yield from _part(heading, [finding_line(each) for each in found[:most]], most, len(found))
    yield from of_mailboxes("No longer broken", mailboxes.recovered)
    yield from of_mailboxes("Broken before and deleted", mailboxes.deleted)
    for word in ("added", "deleted"):
        own = [each for each in difference.subjects or () if each.change == word]
        lines = [label(each.subject) for each in own[:most]]
        yield from _part(f"Records {word}", lines, most, len(own))
    changed = [each for each in difference.subjects or () if each.change == "changed"]
    lines = [f"{label(each.subject)}: {settings(each.settings)}" for each in changed[:most]]
    yield from _part("Settings changed", lines, most, len(changed))


def finding_line(of: FindingChange) -> str:
    """One finding that changed, with the settings that changed with it, or why else."""
    why = settings(of.settings) or _REASONS[of.reason]
    return plain(f"{of.severity} {of.rule}: {label(of.subject)}" + (f" ({why})" if why else ""))


def settings(changes: Sequence[SettingChange]) -> str:
    """The settings that changed, before and after, the first ones of them."""
    told = [
        f"{each.field}: {_value(each.field, each.before)} -> {_value(each.field, each.after)}"
        for each in changes[:SETTINGS]
    ]
    if len(changes) > SETTINGS:
        told.append(f"{len(changes) - SETTINGS} more settings")
    return plain(", ".join(told))


def _value(field: str, of: Value | None) -> str:
    if of is None:
        return "not there"
    shown = evidence_words.value(of.value)
    label = None if isinstance(of.value, bool) else label_in_any(field, of.value)
    also = ", ".join(each for each in (label, of.read_at) if each)
    return f"{shown} ({also})" if also else shown


def _mailbox(of: MailboxChange, among: Mailboxes) -> str:
    before = "new" if among.is_new(of) else f"{of.standing.before or 'not broken'} before"
    after = f"{of.standing.after} now" if of.standing.after else "no longer"
    if among.is_deleted(of):
        after = "deleted"
    who = " ".join(filter(None, (of.name or of.id, f"<{of.address}>" if of.address else "")))
    return plain(f"{who}: {before}, {after}")


def _part(heading: str, lines: Iterable[str], most: int, count: int) -> Iterator[Part]:
    if count:
        yield Part(heading, tuple(lines), max(0, count - most))
