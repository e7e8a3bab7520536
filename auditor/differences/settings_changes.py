"""Which settings changed, of which record, and which of them bear on a finding."""

from collections.abc import Callable, Collection, Iterator
from functools import cached_property

from auditor.differences.records import SOURCES, Settings
from auditor.differences.values import SettingChange, SubjectChange, Value
from auditor.model import Subject


class RecordChanges:
    """The records of two audits that are not the same in both, by source and id.

    `known`: the settings of both audits are known, so that what is not here did not change.
    """

    def __init__(self, *, known: bool) -> None:
        self.known = known
        self.before: dict[tuple[str, str], Settings] = {}
        self.after: dict[tuple[str, str], Settings] = {}

    def keep_comparable(self, read_before: Collection[str]) -> None:
        """Leave out what may have been there before: of sources that were never read in full.

        `read_before` are those that were, by the older audit or one before it.
        """
        for key in list(self.after):
            if key[0] not in read_before and key not in self.before:
                del self.after[key]

    def is_gone(self, subject: Subject) -> bool:
        """Whether the record was there and is not any more."""
        key = _key(subject)
        return key in self.before and key not in self.after

    def is_added(self, subject: Subject) -> bool:
        """Whether the record was not there before."""
        key = _key(subject)
        return key in self.after and key not in self.before

    def bearing_on(
        self, subject: Subject, profile_of: Callable[[str], str | None]
    ) -> tuple[SettingChange, ...]:
        """The changes that bear on a subject: its own, else its profile's, else of everything.

        `profile_of` gives the id of a mailbox's profile.
        """
        own = self._of(_key(subject))
        if own or not (self.before or self.after):
            return own
        if subject.kind == "mailbox" and self._profiles:
            profile = profile_of(subject.id)
            if profile is not None and (changed := self._of((SOURCES["profile"], profile))):
                return changed
        return self._of_organization

    def subjects(self) -> tuple[SubjectChange, ...]:
        """Every record that was added or deleted, or whose settings changed, by kind and id."""
        found = []
        for key in self.before.keys() | self.after.keys():
            before, after = self.before.get(key), self.after.get(key)
            shown = after or before
            assert shown is not None
            if before is None:
                found.append(SubjectChange(shown.subject, "added"))
            elif after is None:
                found.append(SubjectChange(shown.subject, "deleted"))
            elif changed := self._of(key):
                found.append(SubjectChange(shown.subject, "changed", changed))
        return tuple(sorted(found, key=lambda each: (each.subject.kind, each.subject.id)))

    @cached_property
    def _profiles(self) -> bool:
        return any(source == SOURCES["profile"] for source, _ in (*self.before, *self.after))

    @cached_property
    def _of_organization(self) -> tuple[SettingChange, ...]:
        keys = [key for key in self.after if key[0] == SOURCES["organization"]]
        return tuple(change for key in keys for change in self._of(key))

    def _of(self, key: tuple[str, str]) -> tuple[SettingChange, ...]:
        before, after = self.before.get(key), self.after.get(key)
        return tuple(_changed(before, after)) if before is not None and after is not None else ()


def _changed(before: Settings, after: Settings) -> Iterator[SettingChange]:
    for field in sorted(before.values.keys() | after.values.keys()):
        old, new = before.values.get(field), after.values.get(field)
        if old != new:
            yield SettingChange(field, Value(old, before.read_at), Value(new, after.read_at))


def _key(subject: Subject) -> tuple[str, str]:
    return SOURCES.get(subject.kind, ""), subject.id
