"""The journal of one run: what it reads, and what the run that it goes on with had read."""

import contextlib
import datetime
import hashlib
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import platformdirs
from msgspec import Struct

from auditor.process.files import explain
from auditor.resuming.entries import Answered, Begun, Ended, Entry, Header, Noted, Rows
from auditor.resuming.log_file import LogFile
from connectors.sources.source import SourceState
from connectors.transport.answers import Answer
from connectors.transport.journal import kept_answer
from connectors.transport.request import Request

__all__ = ["Header", "Journal", "Terms", "journaling"]

_SUFFIX = ".journal"
_LEFT_FOR_S = 24 * 3600


class Terms(Struct, frozen=True):
    """Whether a run goes on with the last one, and how many seconds ago that may have begun."""

    resume: bool = False
    within_s: int = 6 * 3600


class Journal:
    """What a run reads, as it comes, and what an earlier one left. Safe to share between threads.

    `resumed` is that earlier run; None: nothing is gone on with. `told` is handed a sentence where
    no more can be kept.
    """

    def __init__(self, log: LogFile, own: Header, told: Callable[[str], None]) -> None:
        self.resumed: Header | None = None
        self._log = log
        self._own = own
        self._told = told
        self._lock = threading.Lock()
        self._is_kept = True
        self._stays = False
        self._answers: dict[bytes, int] = {}
        self._rows: dict[str, list[int]] = {}
        self._ended: dict[str, SourceState] = {}
        self._notes: dict[str, bytes] = {}
        # Sources whose answers are kept, by this run or by the one before.
        self._by_answer: set[str] = set()
        self.reused: Counter[str] = Counter()
        """Sources with how many of their answers were not asked for again; 0: all of the source."""

    def take_up(self, within_s: int, now: datetime.datetime) -> str | None:
        """Goes on with the run that left the file; else gives why not, empty where none did."""
        # What is left of an entry is never looked at again, so the file is read once, in order.
        entries = self._log.recovered()
        header = next((entry for _, entry in entries), None)
        if not isinstance(header, Header):
            return ""
        if refusal := _refusal(header, self._own, within_s, now):
            return refusal
        for at, entry in entries:
            self._take(at, entry)
        self.resumed = header
        return None

    def forget_earlier(self) -> None:
        """Goes on with nothing, and begins the file anew."""
        self._forget()
        try:
            self._log.restart()
        except OSError:
            self._is_kept = False
        self._append(self._own)

    def _forget(self) -> None:
        self.resumed = None
        self._answers, self._rows, self._ended, self._notes = {}, {}, {}, {}
        self._by_answer = set()

    def _take(self, at: int, entry: Entry) -> None:
        match entry:
            case Answered():
                self._answers[entry.key] = at
                self._by_answer.add(entry.source)
            case Noted():
                self._notes[entry.name] = entry.content
            case Begun():
                self._rows[entry.source] = []
                self._ended.pop(entry.source, None)
            case Rows():
                self._rows.setdefault(entry.source, []).append(at)
            case Ended():
                self._ended[entry.state.name] = entry.state

    def found(self, request: Request) -> Answer | None:
        """What the earlier run was answered; None: it was not."""
        at = self._answers.get(_key(request))
        if at is None:
            return None
        entry = self._log.read(at)
        assert isinstance(entry, Answered)
        with self._lock:
            self.reused[entry.source] += 1
        return entry.answer.answer(request)

    def keep(self, request: Request, answer: Answer) -> None:
        """Keeps an answer of this run."""
        with self._lock:
            self._by_answer.add(request.source)
        self._append(Answered(_key(request), request.source, kept_answer(answer)))

    def noted(self, name: str) -> bytes | None:
        """What the earlier run noted under this name; None: nothing."""
        return self._notes.get(name)

    def note(self, name: str, content: bytes) -> None:
        """Notes what this run decided."""
        self._append(Noted(name, content))

    def is_kept_by_answer(self, source: str) -> bool:
        """Whether the answers of a source are kept, so that its rows need not be."""
        with self._lock:
            return source in self._by_answer

    def state_of(self, source: str, after: Iterable[str]) -> SourceState | None:
        """How the earlier run ended the source, whose rows it left; None: it is to be read.

        It is read, too, where one that it looks back at had not been read in full.
        """
        state = self._ended.get(source)
        if state is None or state.status != "read" or self.is_kept_by_answer(source):
            return None
        return state if all(each in self._ended for each in after) else None

    def blocks_of(self, source: str, *, counted: bool = True) -> Iterator[bytes]:
        """The pages that the earlier run left of a source, as a snapshot stores them.

        `counted`: the run says that it did not read them again.
        """
        if counted:
            with self._lock:
                self.reused[source] += 0
        for at in self._rows.get(source, ()):
            entry = self._log.read(at)
            assert isinstance(entry, Rows)
            yield entry.block

    def begin(self, source: str) -> None:
        """This run reads a source from its beginning."""
        self._append(Begun(source))

    def add_rows(self, source: str, block: bytes) -> None:
        """Keeps pages of a source."""
        self._append(Rows(source, block))

    def end(self, state: SourceState, *, may_succeed: bool) -> None:
        """Keeps how a source ended. `may_succeed`: it failed, and might not another time."""
        if state.status in ("read", "not-configured"):
            self._append(Ended(state))
        elif may_succeed:
            self._stays = True

    def note_of_resumption(self) -> str:
        """A sentence that says what of the audit is from the earlier run; empty: nothing."""
        if self.resumed is None or not self.reused:
            return ""
        parts = [
            f"{count} {'answer' if count == 1 else 'answers'} of {source}" if count else source
            for source, count in sorted(self.reused.items())
        ]
        return (
            f"Resumed: the run that began at {self.resumed.started_at} had read this before it"
            f" ended, and it was not read again: {', '.join(parts)}. Evidence names the time of"
            " each reading."
        )

    def leave(self) -> None:
        """Use nothing of the earlier run, and leave all of it for another one."""
        self._forget()
        self._is_kept, self._stays = False, True

    def finish(self) -> None:
        """The run came to its end: nothing is left, but where another one may read more."""
        if self._stays:
            self._log.close()
        else:
            self._log.remove()

    def discard(self) -> None:
        """Leave nothing."""
        self._log.remove()

    def close(self) -> None:
        """Leave what is there for a run that goes on with this one."""
        self._log.close()

    def _append(self, entry: Entry) -> None:
        if not self._is_kept:
            return
        try:
            self._log.append(entry)
        except (OSError, ValueError) as refusal:
            # A closed file is one of a run that was stopped.
            self._is_kept = False
            if isinstance(refusal, OSError):
                self._told(
                    f"{self._own.environment}: no more is kept for --resume: {explain(refusal)}"
                )


@contextlib.contextmanager
def journaling(
    own: Header, terms: Terms, told: Callable[[str], None], directory: Path | None = None
) -> Iterator[Journal | None]:
    """The journal of a run; None where no directory takes one, or another run writes it.

    Whoever comes to the end of the run says so by `finish` or `discard`; else the file stays for
    the next one. A run that goes on with nothing begins it anew. `told` is handed sentences for
    people. `directory` None: the user's state directory.
    """
    if directory is None:
        directory = platformdirs.user_state_path("auditor", appauthor=False) / "unfinished"
    now = datetime.datetime.now(datetime.UTC)
    name = hashlib.sha256(own.url.casefold().encode()).hexdigest()[:32]
    _remove_forgotten(directory, max(terms.within_s, _LEFT_FOR_S), now)
    try:
        log = LogFile(directory / f"{name}{_SUFFIX}")
    except OSError:
        yield None
        return
    journal = Journal(log, own, told)
    try:
        refusal = journal.take_up(terms.within_s, now) if terms.resume else ""
        if refusal:
            told(f"{own.environment}: everything is read anew: {refusal}")
        if refusal is not None:
            journal.forget_earlier()
        yield journal
    finally:
        journal.close()


def _refusal(found: Header, own: Header, within_s: int, now: datetime.datetime) -> str | None:
    """Why this run may not go on with another one."""
    other = f"the run that began at {found.started_at}"
    if (found.environment, found.url) != (own.environment, own.url):
        return f"{other} was of another environment"
    if (found.configuration, found.tool_version) != (own.configuration, own.tool_version):
        return f"{other} had another configuration or release"
    try:
        age_s = (now - datetime.datetime.fromisoformat(found.started_at)).total_seconds()
    except (ValueError, TypeError):
        return "what an earlier run left cannot be read"
    if not -60 <= age_s <= within_s:
        return f"{other} began longer ago than --resume-within allows"
    return None


def _key(request: Request) -> bytes:
    asked = "\n".join((request.method, request.url, request.source))
    return hashlib.sha256(asked.encode() + b"\n" + (request.body or b"")).digest()


def _remove_forgotten(directory: Path, older_than_s: int, now: datetime.datetime) -> None:
    """Remove journals that no run would go on with any more. Failing to is no failure."""
    with contextlib.suppress(OSError):
        for path in directory.glob(f"*{_SUFFIX}"):
            with contextlib.suppress(OSError):
                if now.timestamp() - path.stat().st_mtime > older_than_s:
                    LogFile(path).remove()
