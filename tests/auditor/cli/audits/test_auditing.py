"""What becomes of each audit of a run: its reports, its exit code, and how it may end early."""

import contextlib
import sys
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec.structs import replace

from auditor.cli.audits import auditing
from auditor.cli.audits.auditing import perform
from auditor.cli.audits.elsewhere.receiving import BrokenOff
from auditor.cli.audits.remembering import NOTHING_REMEMBERED, Memory
from auditor.cli.audits.tasks import Elsewhere, Task
from auditor.differences import Difference
from auditor.differences.compare import run_of
from auditor.exit_codes import (
    DEFECT,
    FINDINGS,
    FINDINGS_AND_INCOMPLETE,
    INCOMPLETE,
    LOCKED,
    MISUSED,
)
from auditor.model import Counts
from auditor.process.files import FileNotWritten
from auditor.process.lock import Locked
from auditor.selection import selection_of
from auditor.snapshots import SnapshotError
from auditor.usage import UsageProblem
from connectors.transport.errors import SourceFailed
from connectors.transport.shutdown import STOPPING
from tests.auditor.cli.audits.test_comparing import given
from tests.auditor.recorded import request
from tests.auditor.reports.audits import audit_of
from tests.auditor.snapshots.sources import Canned

WHOLE = replace(audit_of(), complete=True)
NOTHING_NEW = Difference(old=None, new=run_of(WHOLE))
ONLY = replace(request((), {}), only=selection_of(["mailbox:x"]))


class Target:
    def __init__(self, format: str = "json", path: str | None = "a", changed: Any = "") -> None:
        self.path = path
        self.writer: Any = SimpleNamespace(format=format, write_directory=None)
        self.changed = changed
        self.codes: list[int] = []

    def write(self, audit: Any, code: int) -> str:
        if isinstance(self.changed, Exception):
            raise self.changed
        self.codes.append(code)
        return str(self.changed)

    def file(self, audit: Any) -> str | None:
        return self.path


class Noted:
    """Overviews and receivers that note what they are told."""

    def __init__(self, *, writes: bool = True) -> None:
        self.added: list[Any] = []
        self.failed: list[Any] = []
        self.notified: list[Any] = []
        self.writes = writes

    def add(self, audit: Any, code: int, targets: Any, difference: Any) -> None:
        self.added.append(code)

    def fail(self, *each: Any) -> None:
        self.failed.append(each)

    def write(self) -> bool:
        return self.writes

    def notify(self, audit: Any, code: int, written: Any, owed: Any = None) -> Any:
        self.notified.append((code, list(written)))
        return owed


class Journal:
    def __init__(self) -> None:
        self.ends: list[str] = []

    def finish(self) -> None:
        self.ends.append("finish")

    def discard(self) -> None:
        self.ends.append("discard")


@pytest.fixture
def noted() -> Noted:
    return Noted()


@pytest.fixture(autouse=True)
def judged(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """What the audit finds, or how it fails; and with what it was asked."""
    made = SimpleNamespace(found=WHOLE, asked=[])

    def audit(asked: Any, outside: Any, now: Any, take: Any, planned: Any) -> Any:
        made.asked.append((outside, take, planned))
        if isinstance(made.found, Exception):
            raise made.found
        return made.found

    monkeypatch.setattr(auditing, "audit", audit)
    monkeypatch.setattr(auditing, "with_resumption", lambda found, journal: found)
    monkeypatch.setattr(auditing, "report_defect", lambda error, command, name: DEFECT)
    return made


def task(**changes: Any) -> Task:
    values: dict[str, Any] = {
        "request": request((), {}),
        "opened": lambda *given: contextlib.nullcontext(Canned({})),
        **changes,
    }
    return Task(**values)


def run(noted: Noted, *targets: Target, of: Task | None = None, **options: Any) -> int:
    command = options.pop("command", "run")
    tasks = options.pop("tasks", [of or task()])
    options = {"history": False, **options}
    return perform(
        tasks,
        targets,
        given(**options),
        command,
        1,
        NOTHING_REMEMBERED,
        noted,
        noted,  # type: ignore[arg-type]
    )


def test_reports_are_written_and_people_told(noted: Noted) -> None:
    first, second = Target(), Target(path="b")
    assert run(noted, first, second, Target(path=None)) == FINDINGS
    assert (first.codes, second.codes) == ([FINDINGS], [FINDINGS])
    assert noted.notified == [(FINDINGS, ["a", "b"])]
    assert noted.added == [FINDINGS]


@pytest.mark.parametrize(("complete", "code"), [(True, 1), (False, FINDINGS_AND_INCOMPLETE)])
def test_an_incomplete_reading_is_said(
    noted: Noted,
    judged: SimpleNamespace,
    capsys: pytest.CaptureFixture[str],
    complete: bool,
    code: int,
) -> None:
    judged.found = replace(WHOLE, complete=complete)
    assert run(noted) == code
    assert ("not read completely" in capsys.readouterr().err) is not complete


def test_a_report_that_is_refused_keeps_no_other_from_being_written(
    noted: Noted, capsys: pytest.CaptureFixture[str]
) -> None:
    journal, refusal = Journal(), FileNotWritten("a", "it is full")
    second = Target(path="b")
    of = task(journal=lambda: contextlib.nullcontext(journal))
    assert run(noted, Target(changed=refusal), second, of=of) == MISUSED
    assert "it is full" in capsys.readouterr().err
    assert second.codes == [FINDINGS]
    assert noted.notified == [(FINDINGS, ["b"])]
    # The next run is to go on with what was read.
    assert journal.ends == []


@pytest.mark.parametrize("quiet", [True, False])
def test_what_changed_in_a_directory_is_said(
    noted: Noted, capsys: pytest.CaptureFixture[str], quiet: bool
) -> None:
    run(noted, Target(changed="2 tickets are open"), quiet=quiet)
    said = "auditor: contoso: 2 tickets are open\n" in capsys.readouterr().err
    assert said is not quiet


def test_a_journal_is_finished_with_the_run(noted: Noted) -> None:
    journal = Journal()
    assert run(noted, Target(), of=task(journal=lambda: contextlib.nullcontext(journal))) == 1
    assert journal.ends == ["finish"]


@pytest.mark.parametrize(
    ("error", "code", "problem"),
    [
        (KeyError("x"), DEFECT, "It was not audited to its end (KeyError)."),
        (MemoryError(), MISUSED, "It was not audited to its end (MemoryError)."),
        (FileNotWritten("a", "it is full"), MISUSED, None),
        (SnapshotError("s", "it is cut short", "Take it again."), MISUSED, None),
    ],
)
def test_an_audit_that_fails_says_how(
    noted: Noted, judged: SimpleNamespace, error: Exception, code: int, problem: str | None
) -> None:
    journal = Journal()
    judged.found = error
    assert run(noted, of=task(journal=lambda: contextlib.nullcontext(journal))) == code
    assert noted.failed == ([("contoso", DEFECT, problem)] if problem else [])
    assert journal.ends == (["discard"] if problem else [])
    assert noted.notified == []


def test_one_of_the_same_environment_keeps_others_away(
    noted: Noted, capsys: pytest.CaptureFixture[str]
) -> None:
    def locked() -> Any:
        raise Locked("contoso", None)

    assert run(noted, of=task(held=locked)) == LOCKED
    assert noted.failed[0][:2] == ("contoso", LOCKED)
    assert "another run of this environment goes on" in capsys.readouterr().err


def test_an_overview_that_cannot_be_written_is_a_mistake() -> None:
    assert run(Noted(writes=False)) == MISUSED


@pytest.mark.parametrize(("passed", "code"), [(0, MISUSED), (1, 1)])
def test_where_only_what_there_is_not_is_named_nothing_is_written(
    noted: Noted,
    judged: SimpleNamespace,
    capsys: pytest.CaptureFixture[str],
    passed: int,
    code: int,
) -> None:
    verdicts = Counts(passed, 0, 0, 0, 0)
    judged.found = replace(WHOLE, summary=replace(WHOLE.summary, verdicts=verdicts))
    named = task(request=ONLY)
    target = Target(path=None)
    assert run(noted, target, of=named) == code
    assert ("`--only` names nothing" in capsys.readouterr().err) is not passed
    assert bool(target.codes) is bool(passed)
    assert run(noted, target) == 1


def test_a_run_that_is_stopped_keeps_nothing(noted: Noted, monkeypatch: pytest.MonkeyPatch) -> None:
    STOPPING.set()
    try:
        target = Target()
        assert run(noted, target) == INCOMPLETE
        assert (target.codes, noted.failed, noted.notified) == ([], [], [])
    finally:
        STOPPING.clear()


@pytest.mark.parametrize(
    ("formats", "is_planned"),
    [(["json"], False), (["html"], True), (["json", "terminal"], True), ([], False)],
)
def test_changes_are_looked_for_where_a_report_shows_them(
    noted: Noted, judged: SimpleNamespace, formats: list[str], is_planned: bool
) -> None:
    run(noted, *map(Target, formats))
    ((_, take, planned),) = judged.asked
    assert (planned is not None) is is_planned
    assert take is None


@pytest.mark.parametrize(
    ("command", "is_terminal", "options", "is_told"),
    [
        ("run", False, {}, False),
        ("run", True, {}, True),
        ("demo", False, {}, True),
        ("demo", True, {"quiet": True}, False),
        ("run", False, {"verbose": True}, True),
        ("run", False, {"verbose": True, "quiet": True}, True),
    ],
)
def test_where_the_time_went_is_told_to_who_wants_to_know(
    noted: Noted,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: str,
    is_terminal: bool,
    options: dict[str, Any],
    is_told: bool,
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: is_terminal, raising=False)
    monkeypatch.setattr(
        auditing, "watching", lambda outside, *given, **more: contextlib.nullcontext(outside)
    )
    run(noted, command=command, **options)
    assert ("contoso took " in capsys.readouterr().err) is is_told


@pytest.mark.parametrize("journal", [None, Journal()])
def test_what_is_read_goes_through_the_journal_where_there_is_one(
    noted: Noted, journal: Journal | None
) -> None:
    handed: list[Any] = []

    def opened(*given: Any) -> Any:
        handed.append(given)
        return contextlib.nullcontext(Canned({}))

    run(noted, of=task(opened=opened, journal=lambda: contextlib.nullcontext(journal)))
    assert handed == [() if journal is None else (journal,)]


class TestElsewhere:
    """An audit that another process does."""

    asked: dict[str, bool]

    def task(self, outcome: Any) -> Task:
        def do(**asked: bool) -> Any:
            self.asked = asked
            if isinstance(outcome, Exception):
                raise outcome
            return outcome

        def failed(failure: SourceFailed) -> Any:
            return contextlib.nullcontext(failure)

        return task(elsewhere=Elsewhere(do, failed))

    def test_it_is_taken_as_if_it_were_done_here(
        self, noted: Noted, judged: SimpleNamespace
    ) -> None:
        values = {"settings": None, "addresses": None, "reading_s": 1.0, "judging_s": 1.0}
        sent = SimpleNamespace(**values, audit=lambda: WHOLE)
        done = SimpleNamespace(sent=sent, remarks=())
        for format, is_planned in (("json", False), ("html", True)):
            assert run(noted, Target(format), of=self.task(done)) == FINDINGS
            assert self.asked["planned"] is is_planned
        assert judged.asked == []

    def test_where_the_program_is_to_stop_nothing_is_kept(self, noted: Noted) -> None:
        assert run(noted, of=self.task(None)) == INCOMPLETE
        assert noted.failed == []

    def test_where_nobody_does_it_every_source_fails(
        self, noted: Noted, judged: SimpleNamespace
    ) -> None:
        failure = SourceFailed("no worker", "Begin one.", "no-worker")
        run(noted, of=self.task(failure))
        assert judged.asked[0][0] is failure

    @pytest.mark.parametrize(("is_defect", "code"), [(True, DEFECT), (False, MISUSED)])
    def test_where_it_ended_early_its_words_are_said(
        self, noted: Noted, capsys: pytest.CaptureFixture[str], is_defect: bool, code: int
    ) -> None:
        broken = BrokenOff("it broke", is_defect=is_defect)
        assert run(noted, of=self.task(broken)) == code
        assert "auditor: contoso: it broke\n" in capsys.readouterr().err
        assert noted.failed == [("contoso", code, "It was not audited to its end: it broke.")]


def test_what_can_be_asked_again_is_what_the_task_says_unless_it_bears_pseudonyms(
    noted: Noted, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Any] = []

    class Shows(Target):
        def write(self, audit: Any, code: int) -> str:
            shown.append(audit.again)
            return ""

    def redacted(*given: Any) -> Any:
        return WHOLE

    monkeypatch.setattr("auditor.cli.audits.redacting.audit_redacted", redacted)
    of = task(again=("--config", "c"))
    run(noted, Shows(), of=of)
    run(noted, Shows(), of=of, redaction=object())
    assert shown == [("--config", "c"), None]


def test_what_is_narrowed_fills_no_directory(noted: Noted) -> None:
    tickets = Target()
    tickets.writer = SimpleNamespace(format="tickets", write_directory=str)
    with pytest.raises(UsageProblem, match="leave out --only and --new-only"):
        run(noted, tickets, of=task(request=ONLY))


class TestSeveral:
    def tasks(self, compared: bool = False) -> list[Task]:
        return [
            task(request=replace(request((), {}), environment=name), is_compared=compared)
            for name in ("one", "two")
        ]

    def test_each_is_audited_and_the_worst_code_is_the_runs(
        self, noted: Noted, judged: SimpleNamespace, capsys: pytest.CaptureFixture[str]
    ) -> None:
        target = Target()
        assert run(noted, target, tasks=self.tasks(), quiet=True) == FINDINGS
        assert len(target.codes) == len(noted.notified) == 2
        judged.found = KeyError("x")
        assert run(noted, target, tasks=self.tasks()) == DEFECT
        assert sorted(each[0] for each in noted.failed) == ["one", "two"]

    def test_the_log_of_a_fleet_tells_where_the_time_went(
        self, noted: Noted, capsys: pytest.CaptureFixture[str]
    ) -> None:
        run(noted, tasks=self.tasks())
        err = capsys.readouterr().err
        assert "auditor: one took " in err
        assert "auditor: two took " in err

    @pytest.mark.parametrize(("count", "tidied"), [(1, 0), (2, 2)])
    def test_garbage_is_looked_for_between_several(
        self, noted: Noted, monkeypatch: pytest.MonkeyPatch, count: int, tidied: int
    ) -> None:
        calls: list[str] = []
        garbage = SimpleNamespace(
            tidy=lambda: calls.append("tidy"), add=lambda records: None, give_back=lambda: None
        )
        monkeypatch.setattr(auditing, "Garbage", lambda: garbage)
        run(noted, tasks=self.tasks()[:count])
        assert len(calls) == tidied

    @pytest.mark.parametrize("compared", [True, False])
    def test_what_is_compared_is_remembered_once_it_was(
        self, noted: Noted, monkeypatch: pytest.MonkeyPatch, compared: bool
    ) -> None:
        stored: list[Any] = []
        announced: list[Any] = []
        history: Any = SimpleNamespace(
            store=lambda *given, announced: stored.append(announced) or NOTHING_NEW,
            undelivered=lambda environment: {},
            announce=lambda *given, again: announced.append(given),
        )
        memory: Any = Memory(history)
        monkeypatch.setattr(auditing, "Settling", lambda *given: Settling())
        tasks, options = self.tasks(compared), given()
        perform(tasks, (), options, "run", 1, memory, noted, noted)  # type: ignore[arg-type]
        assert stored == ([] if compared else [False, False])
        assert len(announced) == len(stored)

    def test_what_cannot_be_taken_back_waits_until_they_are_compared(
        self, noted: Noted, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settling = Settling()
        monkeypatch.setattr(auditing, "Settling", lambda *given: settling)
        file, output = Target(), Target(path=None)
        assert run(noted, file, output, tasks=self.tasks(compared=True)) == INCOMPLETE
        assert (len(file.codes), output.codes, noted.notified) == (2, [], [])
        assert sorted(settling.kept) == ["one", "two"]
        assert settling.left == 0

    def test_a_run_that_ends_early_shows_what_has_ended(
        self, noted: Noted, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def end(*given: Any, **more: Any) -> Any:
            raise KeyboardInterrupt

        settling = Settling()
        monkeypatch.setattr(auditing, "Settling", lambda *given: settling)
        monkeypatch.setattr(auditing, "all_done", end)
        with pytest.raises(KeyboardInterrupt):
            run(noted, tasks=self.tasks(compared=True))
        assert settling.left == 1


class Settling(contextlib.AbstractContextManager["Settling"]):
    is_wanted = True

    def __init__(self) -> None:
        self.kept: list[str] = []
        self.left = 0

    def __exit__(self, *given: object) -> None:
        pass

    def taking(self, asked: Any) -> None:
        pass

    def keep(self, asked: Any, *given: Any) -> None:
        self.kept.append(asked.environment)

    def leave(self, *given: Any) -> None:
        self.left += 1

    def settle(self, codes: list[int], *given: Any) -> list[int]:
        assert codes == [FINDINGS, FINDINGS]
        return [INCOMPLETE, INCOMPLETE]
