"""The changes that repair the first causes of an audit, for reports that show them beside these.

Looking for changes takes time, and a report is not to wait for it: it ends once so much was judged
again, and what is shown says so. `auditor plan` looks for all.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from auditor.findings.findings import Findings
from auditor.findings.waivers import Waivers
from auditor.judging.judge_all import Verdicts
from auditor.judging.mailbox_group import MailboxGroup
from auditor.model import Audit, FirstChanges, RootCause
from auditor.plan.aims import Aims
from auditor.plan.candidates import Candidate
from auditor.plan.columns import columns
from auditor.plan.moves import Moves
from auditor.plan.search import Found, Search, SearchEnded
from auditor.plan.trying.bench import Bench
from auditor.plan.trying.effects import Effect
from auditor.plan.words import KINDS, value_in_words
from auditor.reports.shared.text import plain
from auditor.request import Request
from rules.counting import counted

MOST_JUDGED = 3_000
"""So many mailboxes, profiles and mail servers are judged again for one report at most."""


class FirstSteps:
    """Gives the change of each cause that is asked for, once, until the bound is reached."""

    def __init__(
        self,
        request: Request,
        verdicts: Verdicts,
        findings: Findings,
        most: int | None = MOST_JUDGED,
    ) -> None:
        self._verdicts = verdicts
        self._bench = Bench(request, verdicts)
        self._most = most
        self._search = Search(self._bench, most)
        self._moves = Moves(self._bench)
        self._aims = Aims(self._bench, findings)
        self._changes: dict[str, str] = {}
        self._looked: set[str] = set()
        self._ended = False

    def __call__(self, causes: Iterable[RootCause]) -> FirstChanges:
        """The changes of these causes, and of those that were asked for before."""
        asked = [each for each in causes if each.waived is None]
        for look in (self.look, self._look_for_a_move):
            # Moves are tried last: they take long, and settings are what repairs most causes.
            for cause in asked:
                if cause.id not in self._looked and not self._ended:
                    look(cause)
        return FirstChanges(dict(self._changes), self._ended)

    def look(self, cause: RootCause, group: MailboxGroup | None = None) -> str:
        """The change that repairs a cause, empty where none is known.

        `group` is that of the cause's mailbox; None: it is looked for among those of which few
        mailboxes stand for all.
        """
        try:
            found = self._found(cause, group)
        except SearchEnded:
            self._ended = True
            return ""
        if found is None:
            if cause.subject.kind != "profile":
                self._looked.add(cause.id)
            return ""
        self._looked.add(cause.id)
        self._changes[cause.id] = self._in_words(cause, found, group)
        return self._changes[cause.id]

    def _look_for_a_move(self, cause: RootCause) -> None:
        """Looks whether the mailboxes of a profile may move to another one."""
        if self._most is not None and self._bench.judged >= self._most:
            self._ended = True
            return
        self._looked.add(cause.id)
        move = self._moves.found(self._aims.of_cause(cause))
        if move is not None and move.proven:
            profile = self._verdicts.facts.profiles[cause.subject.id]
            told = self._moves.title(move, profile)
            self._changes[cause.id] = plain(f"{told} {_judged_again(move.effect)}")

    def _found(self, cause: RootCause, group: MailboxGroup | None) -> Found | None:
        if cause.subject.kind != "mailbox":
            return self._search.smallest(self._aims.of_cause(cause))
        group = group or self._bench.group_of(cause.subject.id)
        for repair in () if group is None else self._aims.repairs(group):
            if group is not None and cause.id == repair.id_of(cause.subject):
                return self._search.smallest(self._aims.of_group(group, repair))
        return None

    def _in_words(self, cause: RootCause, found: Found, group: MailboxGroup | None) -> str:
        settings = [
            self._setting(cause, *each, group or self._bench.group_of(cause.subject.id))
            for each in found.candidates
        ]
        return plain(f"Set {' and '.join(settings)}. {_judged_again(found.effect)}")

    def _setting(
        self, cause: RootCause, candidate: Candidate, id: str, group: MailboxGroup | None
    ) -> str:
        column = columns(candidate.kind)[candidate.column]
        profiles = self._verdicts.facts.profiles
        values = self._search.values(column.source, column.field, id, group)
        held = value_in_words(column, next(iter(values), None), profiles)
        value = value_in_words(column, candidate.value, profiles)
        where = ""
        if candidate.kind != cause.subject.kind:
            name = profiles[id].name if candidate.kind == "profile" else ""
            where = f"in the {KINDS[candidate.kind].lower()} {name}".rstrip() + ", "
        return f"{where}{column.words} ({column.logical_name}) to {value}, now {held}"


def _judged_again(effect: Effect) -> str:
    works = counted(effect.repairs, "mailbox works", "mailboxes work")
    gain = f"; {works}" if effect.repairs else ""
    return f"Judged again with that, nothing new fails{gain}."


def with_first_steps(request: Request, verdicts: Verdicts, audit: Audit) -> Audit:
    """The audit, of whose causes a report may ask for the changes. Nothing is looked for before."""
    made: list[FirstSteps] = []

    def first_steps(causes: Iterable[RootCause]) -> FirstChanges:
        asked = list(causes)
        if not made and not asked:
            return FirstChanges({}, ended=False)
        if not made:
            waivers = Waivers(request.waivers, request.environment, request.as_of)
            findings = Findings(request.environment, request.url, verdicts, waivers)
            made.append(FirstSteps(request, verdicts, findings))
        return made[0](asked)

    return replace(audit, first_steps=first_steps)
