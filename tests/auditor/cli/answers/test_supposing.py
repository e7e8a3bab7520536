"""What `auditor what-if` asks, and its exit code."""

import datetime
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest

from auditor.cli.answers import supposing
from auditor.cli.answers.supposing import supposed
from auditor.running import Judging
from auditor.usage import UsageProblem

LATER = Judging(as_of=datetime.date(2027, 1, 1))


class Source:
    def __init__(self, *given: Any) -> None:
        self.given = given

    def opened(self, judging: Judging) -> Any:
        return nullcontext(SimpleNamespace(snapshot="snapshot", request="today"))

    def again(self, stored: Any, judging: Judging) -> Any:
        return judging


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Any:
    def asked(failures: int = 0, later: Judging = Judging(), **given: Any) -> int:  # noqa: B008
        difference = SimpleNamespace(new_failures=failures)
        monkeypatch.setattr(supposing, "Source", Source)
        monkeypatch.setattr(supposing, "profile_names", lambda snapshot: {})
        monkeypatch.setattr(supposing, "what_if", lambda *each: difference)
        monkeypatch.setattr(supposing, "write", lambda *each: None)
        values = {"sets": (), "moves": (), **given}
        return supposed(
            None, None, None, today=Judging(), later=later, timeout_s=None, format="json", **values
        )

    return asked


def test_something_is_to_change(ask: Any) -> None:
    with pytest.raises(UsageProblem, match="give what is to change: --set, --move or --as-of"):
        ask()
    assert ask(later=LATER) == 0
    assert ask(sets=("organization.isfolderbasedtrackingenabled=false",)) == 0


@pytest.mark.parametrize(("failures", "code"), [(0, 0), (1, 1), (7, 1)])
def test_what_newly_fails_is_in_the_exit_code(ask: Any, failures: int, code: int) -> None:
    assert ask(failures, LATER) == code


def test_profiles_are_moved(ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Any] = []

    class Noted:
        def __init__(self, *each: Any) -> None:
            given.append(each)

        def edits(self, names: Any) -> list[Any]:
            return []

    monkeypatch.setattr(supposing, "Asked", Noted)
    assert ask(moves=("a=b",)) == 0
    assert given == [((), ("a=b",))]
