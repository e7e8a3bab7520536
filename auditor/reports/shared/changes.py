"""What changed since the run before, in words: first what stopped working."""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from auditor.differences import Difference, FindingChange, MailboxChange, SettingChange, Value
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
    stopped = [each for each in difference.mailboxes if each.stopped]
    parts = []
    if stopped:
        parts.append(f"{counted(len(stopped), 'mailbox', 'mailboxes')} stopped working")
    if back := [each for each in difference.mailboxes if each.works_again]:
        parts.append(f"{counted(len(back), 'mailbox is', 'mailboxes are')} no longer broken")
    if others := len(difference.mailboxes) - len(stopped) - len(back):
        parts.append(f"{counted(others, 'mailbox stands', 'mailboxes stand')} otherwise")
    for change, word in _CHANGES.items():
        if found := difference.of(change):  # type: ignore[arg-type]
            parts.append(f"{word.lower()}: {counted(len(found), 'finding', 'findings')}")
    if count := len(difference.subjects or ()):
        records = counted(count, "record was", "records were")
        parts.append(f"{records} added, deleted or changed")
    changes = "; ".join(parts) or "nothing changed"
    still = counted(difference.still, "finding is", "findings are")
    return f"Since the run of {difference.old.started_at}: {changes}. {still} as before."


def parts(difference: Difference, most: int) -> Iterator[Part]:
    """What changed, part by part, each of at most so many lines."""
    by_kind = (
        ("Stopped working", [each for each in difference.mailboxes if each.stopped]),
        (
            "Stand otherwise",
            [each for each in difference.mailboxes if not (each.stopped or each.works_again)],
        ),
    )
    for heading, mailboxes in by_kind:
        yield from _part(heading, [_mailbox(each) for each in mailboxes], most)
    for change, heading in _CHANGES.items():
        found = difference.of(change)  # type: ignore[arg-type]
        yield from _part(heading, [finding_line(each) for each in found[:most]], most, len(found))
    again = [each for each in difference.mailboxes if each.works_again]
    yield from _part("No longer broken", [_mailbox(each) for each in again], most)
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


def _mailbox(of: MailboxChange) -> str:
    before = of.standing.before or "not broken"
    after = f"{of.standing.after} now" if of.standing.after else "no longer"
    who = " ".join(filter(None, (of.name or of.id, f"<{of.address}>" if of.address else "")))
    return plain(f"{who}: {before} before, {after}")


def _part(
    heading: str, lines: Iterable[str], most: int, count: int | None = None
) -> Iterator[Part]:
    shown = list(lines)
    total = len(shown) if count is None else count
    if total:
        yield Part(heading, tuple(shown[:most]), max(0, total - most))
