"""The subjects that an audit is narrowed to: `--only KIND:GLOB`.

A mailbox is named by itself, or by the user or queue that it belongs to. What these need is read;
rules that need every mailbox are undetermined then, never passed.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from auditor.usage import UsageProblem
from connectors.columnar.addresses import matched
from connectors.columnar.page import Page
from connectors.dynamics.tables import mailboxes, queues, systemusers
from connectors.dynamics.tables.mailboxes import MailboxRow
from connectors.dynamics.wanted import SubjectPattern
from connectors.sources.live import PageSource, Stream
from connectors.sources.readings import EarlierReadings
from connectors.sources.source import NARROWED, Reader, SourceState
from rules.rule import Rule

OF_MAILBOXES = ("mailbox", "user", "queue")
OF_OTHERS = ("organization", "profile", "email-system", "tenant")


class Selection(Struct, frozen=True):
    """Patterns of subjects, all of mailboxes or none of them; empty: every subject is meant."""

    patterns: tuple[SubjectPattern, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.patterns)

    @property
    def of_mailboxes(self) -> bool:
        """Whether mailboxes are named, so that nothing else is judged."""
        return any(each.kind in OF_MAILBOXES for each in self.patterns)

    def rules_of(self, rules: Iterable[Rule]) -> tuple[Rule, ...]:
        """The rules on subjects of the kinds that are named."""
        if not self:
            return tuple(rules)
        kinds = {"mailbox" if each.kind in OF_MAILBOXES else each.kind for each in self.patterns}
        return tuple(rule for rule in rules if rule.subject in kinds)

    def names(self, kind: str, *texts: Any) -> bool:
        """Whether a subject of the kind with this name, address and id is meant."""
        return not self or any(
            each.kind == kind and matches(each.glob, *texts) for each in self.patterns
        )


EVERYTHING = Selection()


def narrowed(outside: PageSource, only: Selection) -> PageSource:
    """The outside, of whose mailboxes only those come that are meant."""
    return _Narrowed(outside, only) if only.of_mailboxes else outside


class _Narrowed:
    """Lets users and queues pass, remembers those that are named, and holds mailboxes back."""

    def __init__(self, outside: PageSource, only: Selection) -> None:
        self._outside = outside
        self._only = only
        self._owners: set[str] = set()

    def open(self, reader: Reader, earlier: EarlierReadings) -> Stream:
        """The pages of one source; of mailboxes those that are meant."""
        stream = self._outside.open(reader, earlier)
        if reader.source in _OWNERS:
            return _Watched(stream, self._note(*_OWNERS[reader.source]))
        if reader.source == mailboxes.TABLE.source:
            return _Sifted(stream, self._is_meant)
        return stream

    def _note(self, kind: str, id: str, *columns: str) -> Callable[[Any], None]:
        def note(row: Any) -> None:
            if self._only.names(kind, *(getattr(row, column) for column in (id, *columns))):
                self._owners.add(getattr(row, id))

        return note

    def _is_meant(self, row: MailboxRow) -> bool:
        if row.regarding in self._owners:
            return True
        return self._only.names("mailbox", row.mailboxid, row.name, row.emailaddress)


_OWNERS = {
    systemusers.TABLE.source: ("user", "systemuserid", "fullname", "internalemailaddress"),
    queues.TABLE.source: ("queue", "queueid", "name", "emailaddress"),
}


class _Watched:
    def __init__(self, stream: Stream, note: Callable[[Any], None]) -> None:
        self._stream = stream
        self._note = note

    def __iter__(self) -> Iterator[Page]:
        for page in self._stream:
            for row in page.rows:
                self._note(row)
            yield page
            del page

    @property
    def state(self) -> SourceState:
        """How the reading stands."""
        return self._stream.state


class _Sifted:
    def __init__(self, stream: Stream, is_meant: Callable[[MailboxRow], bool]) -> None:
        self._stream = stream
        self._is_meant = is_meant
        self._records = 0

    def __iter__(self) -> Iterator[Page]:
        for page in self._stream:
            rows = [row for row in page.rows if self._is_meant(row)]
            self._records += len(rows)
            yield Page(rows, page.read_at, page.digest)
            del page

    @property
    def state(self) -> SourceState:
        """How the reading stands: read, but not whole, where nothing else was wrong."""
        state = replace(self._stream.state, records=self._records)
        if not state.whole:
            return state
        return replace(
            state,
            code=NARROWED,
            reason="Only the mailboxes that are named were looked at.",
            remedy="Run the audit without `--only`.",
        )


def matches(glob: str, *texts: Any) -> bool:
    """Whether the glob matches one of the texts, case and the spelling of domains ignored."""
    wanted = matched(glob)
    return any(fnmatchcase(matched(text), wanted) for text in texts if isinstance(text, str))


def selection_of(asked: Sequence[str]) -> Selection:
    """What `--only KIND:GLOB` asks for. Raises `UsageProblem`."""
    patterns = []
    for text in asked:
        kind, colon, glob = text.partition(":")
        if not colon or not glob or kind.casefold() not in (*OF_MAILBOXES, *OF_OTHERS):
            raise UsageProblem(
                f"--only takes KIND:GLOB, such as mailbox:anna@*, not {text!r}; kinds are "
                + ", ".join((*OF_MAILBOXES, *OF_OTHERS))
            )
        patterns.append(SubjectPattern(kind.casefold(), glob))
    only = Selection(tuple(patterns))
    if only.of_mailboxes and any(each.kind in OF_OTHERS for each in patterns):
        raise UsageProblem(
            "--only names mailboxes (mailbox, user, queue) or other subjects, not both; "
            "run the audit twice"
        )
    return only
