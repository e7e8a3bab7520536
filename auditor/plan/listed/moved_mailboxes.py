"""All mailboxes of the profiles that a plan moves them from, also those that work.

An audit counts mailboxes that work and keeps none of them: for these profiles they are read again.
"""

from collections.abc import Collection, Iterator, Mapping

from auditor.findings.subjects import Subjects
from auditor.judging.kept_rows import FindingRows, Rows
from auditor.plan.candidates import MOVE, Candidate
from auditor.plan.columns import columns
from auditor.plan.listed.of_groups import changes_in
from auditor.plan.steps import Change
from auditor.request import Request
from auditor.selection import narrowed
from connectors.dynamics.tables import mailboxes
from connectors.sources.catalogue import readers
from connectors.sources.live import PageSource
from connectors.sources.readings import EarlierReadings


class MovedMailboxes:
    """The mailboxes of some profiles, outside memory; read where there are such profiles.

    `to` says by the ids of profiles where their mailboxes move: the id of a profile.
    """

    def __init__(
        self, outside: PageSource, request: Request, subjects: Subjects, to: Mapping[str, str]
    ) -> None:
        self._subjects = subjects
        self._to = to
        self._number = {id: number for number, id in enumerate(to)}
        self._kept = FindingRows()
        if to:
            self._read(narrowed(outside, request.only))
        self._by_id = self._kept.by_id({})

    def count(self, profile: str) -> int:
        """How many mailboxes the profile has."""
        return self._by_id.ids_of({self._number[profile]}).count

    def changes(self, profile: str, *, backwards: bool = False) -> Collection[Change]:
        """The moves of the profile's mailboxes, by id; `backwards` they are moved back."""
        to = Candidate("mailbox", MOVE, self._to[profile])
        groups = {self._number[profile]}
        return changes_in(self._rows_of, self._subjects, [to], groups, backwards=backwards)

    def _rows_of(
        self, groups: Collection[int], names: Collection[str], backwards: bool
    ) -> Iterator[tuple[list[int], Rows]]:
        return self._by_id.of(groups, names, backwards=backwards)

    def _read(self, outside: PageSource) -> None:
        source = mailboxes.TABLE.source
        (reader,) = (each for each in readers() if each.source == source)
        field = columns("mailbox")[MOVE].field
        for page in outside.open(reader, EarlierReadings()):
            numbers = list(map(self._number.get, page.columns[field]))
            places = [at for at, number in enumerate(numbers) if number is not None]
            self._kept.add(page, places, [numbers[at] or 0 for at in places])
