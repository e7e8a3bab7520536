"""Reports are written again once environments were compared, and what waited is shown and sent."""

from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec.structs import replace

from auditor.cli.audits import settling as module
from auditor.cli.audits.remembering import NOTHING_REMEMBERED
from auditor.cli.audits.settling import Settling
from auditor.exit_codes import DEFECT, FINDINGS, MISUSED
from auditor.fleet.compared_environments import RULES
from auditor.process.files import FileNotWritten
from auditor.selection import selection_of
from rules.rule import catalogue
from tests.auditor.cli.audits.test_auditing import Noted, Target
from tests.auditor.cli.audits.test_comparing import given
from tests.auditor.recorded import request
from tests.auditor.reports.audits import audit_of

ASKED = replace(request(catalogue(), {}), environment="one")
TWO = [ASKED, replace(ASKED, environment="two")]


def wanted(requests: Any = TWO, **options: Any) -> bool:
    with Settling(requests, given(**options), NOTHING_REMEMBERED) as settling:
        assert (settling.taking(ASKED) is None) is not settling.is_wanted
        return settling.is_wanted


def test_several_whole_audits_under_their_own_names_are_compared() -> None:
    assert wanted()
    assert not wanted(TWO[:1])
    assert not wanted([])
    assert not wanted(redaction=object())
    assert not wanted([ASKED, replace(TWO[1], only=selection_of(["mailbox:x"]))])
    assert not wanted([ASKED, replace(TWO[1], rules=())])


def test_nothing_is_compared_for_rules_that_look_at_no_other_environment() -> None:
    comparing = tuple(each for each in catalogue() if each.id in RULES)
    others = tuple(each for each in catalogue() if each.id not in RULES)
    assert wanted([replace(each, rules=comparing) for each in TWO])
    assert wanted([replace(each, rules=(*others, *comparing[:1])) for each in TWO])
    assert not wanted([replace(each, rules=others) for each in TWO])


class Comparison:
    """What was compared, and what comes of it."""

    def __init__(self) -> None:
        self.sharing: tuple[Any, ...] = ()
        self.settled: dict[str, Any] = {}
        self.told: dict[str, tuple[str, ...]] = {}
        self.compared = 0

    def compare(self) -> None:
        self.compared += 1

    def settlement(self, name: str) -> Any:
        return self.settled.get(name)

    def notes(self, name: str) -> tuple[str, ...]:
        return self.told.get(name, ())

    def close(self) -> None:
        pass


class Overviews(Noted):
    def __init__(self) -> None:
        super().__init__()
        self.settled: list[Any] = []
        self.shown: list[Any] = []

    def compared(self, comparison: Any) -> None:
        assert comparison.compared == 1

    def settle(self, *each: Any) -> None:
        self.settled.append(each[:3])
        self.shown += each[3:]


class Run:
    """A run of which the audits `one` and `two` were kept with the exit code 1."""

    def __init__(self, **options: Any) -> None:
        self.comparison = Comparison()
        self.settling = Settling(TWO, given(**options), NOTHING_REMEMBERED)
        self.settling._comparison.close()
        self.settling._comparison = self.comparison  # type: ignore[assignment]
        self.to = Overviews()
        self.file, self.output = Target(), Target(path=None)

    def kept(self, settings: Any = None) -> "Run":
        for each in TWO:
            audit = audit_of()
            named = replace(audit, environment=replace(audit.environment, name=each.environment))
            self.settling.keep(each, named, settings, FINDINGS, None, ["a"])
        return self

    def settle(self, codes: tuple[int, ...] = (FINDINGS, FINDINGS)) -> list[int]:
        targets: Any = [self.file, self.output]
        to: Any = self.to
        return self.settling.settle(codes, ["one", "two"], targets, to, to)


@pytest.fixture
def concluded(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The notes of the audits that were concluded; each then ends with the exit code 4."""
    found: list[Any] = []

    def conclude(audit: Any, difference: Any, baseline: Any, given: Any) -> Any:
        found.append(audit.notes)
        return audit, 4

    monkeypatch.setattr(module, "concluded", conclude)
    monkeypatch.setattr(
        module,
        "_laid_over",
        lambda found, settlement, request: replace(found, notes=(str(settlement),)),
    )
    return found


def test_where_nothing_is_compared_codes_stay() -> None:
    with Settling(TWO[:1], given(), NOTHING_REMEMBERED) as settling:
        assert settling.settle([3], ["one"], (), None, None) == [3]  # type: ignore[arg-type]


def test_what_waited_is_shown_and_sent_and_files_stay(concluded: list[Any]) -> None:
    run = Run().kept()
    with run.settling:
        assert run.settle() == [4, 4]
    assert (run.file.codes, run.output.codes) == ([], [4, 4])
    assert run.to.notified == [(4, ["a"])] * 2
    assert run.to.settled == [("one", 4, None), ("two", 4, None)]


@pytest.mark.parametrize("by", ["settlement", "notes"])
def test_a_file_that_changes_is_written_again(concluded: list[Any], by: str) -> None:
    run = Run().kept()
    if by == "settlement":
        run.comparison.settled["one"] = "settlement"
    else:
        run.comparison.told["one"] = ("A note.",)
    with run.settling:
        run.settle()
    assert run.file.codes == [4]
    assert concluded[0][-1] == ("A note." if by == "notes" else "settlement")
    assert concluded[1] == audit_of().notes


@pytest.mark.parametrize("is_stored", [True, False])
def test_so_it_is_where_it_was_to_be_stored(concluded: list[Any], is_stored: bool) -> None:
    run = Run().kept()
    stored: list[Any] = []
    difference = "difference" if is_stored else None
    run.settling._memory = SimpleNamespace(  # type: ignore[assignment]
        store=lambda found, settings: (stored.append(settings), (found, difference))[1],
        owed=lambda found: {},
        announce=lambda found, owed, again: stored.append("announced"),
    )
    one = run.settling._ended["one"]
    closing = SimpleNamespace(close=lambda: stored.append("closed"))
    run.settling._ended["one"] = replace(one, settings=lambda: closing)  # type: ignore[arg-type]
    with run.settling:
        run.settle()
    assert stored == [closing, "closed", *["announced"] * is_stored]
    assert run.file.codes == [4]
    assert run.to.settled == [("one", 4, difference), ("two", 4, None)]


def test_an_audit_that_did_not_end_keeps_its_code(concluded: list[Any]) -> None:
    run = Run()
    with run.settling:
        assert run.settle((DEFECT, MISUSED)) == [DEFECT, MISUSED]
    assert run.to.settled == []


def test_a_mistake_stays_one(concluded: list[Any]) -> None:
    run = Run().kept()
    with run.settling:
        assert run.settle((MISUSED, FINDINGS)) == [MISUSED, 4]
    assert run.to.settled[0] == ("one", MISUSED, None)


@pytest.mark.parametrize(
    ("error", "code"), [(FileNotWritten("a", "it is full"), MISUSED), (KeyError("x"), DEFECT)]
)
def test_one_that_cannot_be_shown_keeps_no_other_from_being(
    concluded: list[Any], monkeypatch: pytest.MonkeyPatch, error: Exception, code: int
) -> None:
    monkeypatch.setattr(module, "report_defect", lambda error, command, name: DEFECT)
    run = Run().kept()
    run.comparison.settled["one"] = "settlement"
    run.file.changed = error
    with run.settling:
        assert run.settle() == [code, 4]
    assert run.to.settled[0] == ("one", code, None)
    assert [each.environment.name for each in run.to.shown] == ["two"]


@pytest.mark.parametrize(
    ("sharing", "words"),
    [
        ((), None),
        ([(("a", "b"), 1)], "the same 1 address: a, b (address-in"),
        ([(("a", "b", "c"), 2)], "the same 2 addresses: a, b, c (address-in"),
        ([(("a", "b", "c", "d"), 2)], "the same 2 addresses: a, b, c, ... (address-in"),
        ([(("a", "b"), 2), (("c", "d"), 1)], "the same 3 addresses: a, b, ... (address-in"),
    ],
)
@pytest.mark.parametrize("quiet", [True, False])
def test_addresses_that_several_share_are_told(
    concluded: list[Any],
    capsys: pytest.CaptureFixture[str],
    sharing: Any,
    words: str | None,
    quiet: bool,
) -> None:
    run = Run(quiet=quiet).kept()
    run.comparison.sharing = tuple(
        SimpleNamespace(environments=names, addresses=count) for names, count in sharing
    )
    with run.settling:
        run.settle()
    err = capsys.readouterr().err
    assert (words is not None and not quiet and words in err) or err == ""
    assert bool(err) is (words is not None and not quiet)


def test_a_run_that_ends_early_shows_and_sends_what_has_ended(concluded: list[Any]) -> None:
    run = Run().kept()
    targets: Any = [run.file, run.output]
    with run.settling:
        run.settling.leave(targets, run.to)  # type: ignore[arg-type]
    assert (run.file.codes, run.output.codes) == ([], [4, 4])
    assert len(run.to.notified) == 2
    assert run.comparison.compared == 0


def test_the_settings_of_records_are_kept_where_the_history_wants_them() -> None:
    run = Run()
    kept: list[Any] = []
    run.settling._audits.keep_settings = lambda settings: kept.append(settings)  # type: ignore[assignment,method-assign,func-returns-value]
    with run.settling, nullcontext():
        run.kept()
        assert kept == []
        run.kept("settings")
        assert kept == ["settings"] * 2
