"""What the end of a run leaves in the history: that people were told, and what is owed to them."""

from typing import Any

import pytest

from auditor.cli.audits import remembering
from auditor.cli.audits.announcing import announce
from auditor.cli.audits.remembering import Memory
from auditor.history import HistoryProblem
from tests.auditor.reports.audits import audit_of

OWED = {"env:A": ["old"]}
MISSED = {"env:A": ["old", "new"]}


class Told:
    """Receivers, to which `left` is owed, and a history, which answers `problem`."""

    def __init__(self, problem: Exception | None = None, left: Any = MISSED) -> None:
        self.problem = problem
        self.left = left
        self.notified: list[Any] = []
        self.announced: list[Any] = []

    def notify(self, audit: Any, code: int, written: Any, *owed: Any) -> Any:
        self.notified.append(owed)
        return self.left

    def undelivered(self, environment: str) -> Any:
        return OWED

    def announce(self, run: str, environment: str, owed: Any, *, again: bool) -> None:
        if self.problem is not None:
            raise self.problem
        self.announced.append((environment, owed, again))

    def end(self, difference: Any = "difference", *, is_written: bool = True) -> None:
        receivers: Any = self
        history: Any = self
        memory = Memory(history)
        announce(audit_of(), difference, 0, [], receivers, memory, is_written=is_written)


def test_a_run_whose_reports_were_written_is_announced() -> None:
    told = Told()
    told.end()
    assert told.notified == [(OWED,)]
    assert told.announced == [("contoso", MISSED, False)]


def test_one_of_which_a_report_is_missing_is_told_again() -> None:
    told = Told()
    told.end(is_written=False)
    assert told.notified == [(OWED,)]
    assert told.announced == [("contoso", OWED, True)], "its own is not owed: the next one has it"


def test_what_arrived_with_one_of_which_a_report_is_missing_is_not_sent_again() -> None:
    told = Told(left={})
    told.end(is_written=False)
    assert told.announced == [("contoso", {}, True)]


def test_of_one_that_is_not_stored_nothing_is_noted() -> None:
    told = Told()
    told.end(None)
    assert (told.notified, told.announced) == ([()], [])


@pytest.mark.parametrize("problem", [HistoryProblem("it is gone"), KeyError("x")])
def test_a_history_that_is_gone_by_then_fails_nothing(
    problem: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    defects: list[Any] = []
    monkeypatch.setattr(remembering, "report_defect", lambda *each: defects.append(each))
    Told(problem).end()
    said = capsys.readouterr().err + "".join(str(each) for each in defects)
    assert "the next one says the same again" in said
    gone = Told()
    monkeypatch.setattr(gone, "undelivered", lambda name: (_ for _ in ()).throw(problem))
    gone.end()
    assert (gone.notified, gone.announced) == ([()], [])
