"""What a step lists of mailboxes: who they are, what changes in each, and which causes end.

Made from the rows that an audit keeps of mailboxes that fail, as often as it is asked for.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TypeAlias

from auditor.findings.findings import Findings
from auditor.findings.repairs import Repair
from auditor.findings.subjects import NAMED_BY, Subjects
from auditor.judging.kept_rows import Rows
from auditor.judging.mailbox_group import MailboxGroup
from auditor.model import Subject
from auditor.plan.candidates import Candidate
from auditor.plan.columns import columns
from auditor.plan.listed.many import Many
from auditor.plan.steps import Change

RowsOf: TypeAlias = Callable[
    [Collection[int], Collection[str], bool], Iterator[tuple[list[int], Rows]]
]
"""Rows of groups with the fields of these names, some at a time; True: the last ones first."""


class OfGroups:
    """Lists of the mailboxes of groups."""

    def __init__(self, findings: Findings, groups: Sequence[MailboxGroup]) -> None:
        self._findings = findings
        self._groups = groups

    def count(self, groups: Collection[int]) -> int:
        """How many mailboxes the groups hold."""
        return sum(self._groups[number].count for number in groups)

    def subjects(self, groups: Collection[int]) -> Collection[Subject]:
        """The mailboxes, by id."""
        if not groups:
            return ()

        def made() -> Iterator[Subject]:
            for _, rows in self._findings.rows_of(groups, NAMED_BY):
                yield from self._findings.subjects.mailboxes(rows)

        return Many(made, lambda: self.count(groups))

    def causes(self, repairs: Mapping[int, Sequence[Repair]]) -> Collection[str]:
        """The ids of the causes that these repairs are for the mailboxes of each group."""
        if not repairs:
            return ()

        def made() -> Iterator[str]:
            for numbers, rows in self._findings.rows_of(repairs, NAMED_BY):
                subjects = self._findings.subjects.mailboxes(rows)
                for number, subject in zip(numbers, subjects, strict=True):
                    yield from (each.id_of(subject) for each in repairs[number])

        def count() -> int:
            return sum(self._groups[n].count * len(each) for n, each in repairs.items())

        return Many(made, count)

    def changes(
        self, candidates: Sequence[Candidate], groups: Collection[int], *, backwards: bool = False
    ) -> Collection[Change]:
        """What changes in each mailbox; `backwards` changes it back, in the opposite order."""
        return changes_in(
            self._findings.rows_of, self._findings.subjects, candidates, groups, backwards=backwards
        )


def changes_in(
    rows_of: RowsOf,
    subjects: Subjects,
    candidates: Sequence[Candidate],
    groups: Collection[int],
    *,
    backwards: bool = False,
) -> Collection[Change]:
    """What changes in the mailboxes whose rows `rows_of` gives."""
    if not groups or not candidates:
        return ()
    fields = [columns("mailbox")[each.column].field for each in candidates]
    ways = list(zip(candidates, fields, strict=True))[:: -1 if backwards else 1]

    def made() -> Iterator[Change]:
        for _, rows in rows_of(groups, {*NAMED_BY, *fields}, backwards):
            for at, subject in enumerate(subjects.mailboxes(rows)):
                for each, field in ways:
                    before = rows.columns[field][at]
                    if differs(before, each.value):
                        change = Change(subject, each.column, before, each.value)
                        yield change.undone() if backwards else change

    def count() -> int:
        return sum(
            differs(before, each.value)
            for _, rows in rows_of(groups, fields, backwards)
            for each, field in ways
            for before in rows.columns[field]
        )

    return Many(made, count)


def differs(held: object, value: object) -> bool:
    """Whether a column that holds one value would change; 1 is not yes."""
    return held != value or type(held) is not type(value)
