"""What `auditor readiness` asks and in which form it answers."""

import json
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest

from auditor.cli.answers import planning
from auditor.plan import readiness
from auditor.plan.readiness import Readiness
from tests.auditor.cli.answers.test_ready import WAY
from tests.auditor.cli.conftest import Ask


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was asked; the organisation is ready, and everything was read unless it is emptied."""
    found: list[Any] = []

    class Source:
        def __init__(self, *given: Any) -> None:
            pass

        def opened(self, judging: Any) -> Any:
            found.append(judging.as_of)
            return nullcontext(SimpleNamespace(request=None, snapshot=None))

    def ready(request: Any, snapshot: Any) -> Readiness:
        return Readiness("contoso", "2026-11-29", True, False, len(found) < 2, (WAY,))

    monkeypatch.setattr(planning, "Source", Source)
    monkeypatch.setattr(readiness, "readiness_of", ready)
    return found


def test_the_answer_is_in_the_form_that_is_asked_for(ask: Ask, asked: list[Any]) -> None:
    for options, held in (
        ((), "\n  Missing: Graph permissions."),
        (("--format", "markdown"), "\n- Missing: Graph permissions."),
        (("--format", "icalendar"), "BEGIN:VCALENDAR"),
        (("--format", "json"), '"missing"'),
    ):
        asked.clear()
        said = ask("readiness", *options)
        assert said.code == 0
        assert held in said.out
    assert json.loads(said.out)["ready"] is True


def test_an_incomplete_reading_is_in_the_exit_code(ask: Ask, asked: list[Any]) -> None:
    assert ask("readiness").code == 0
    assert ask("readiness").code == 3


def test_a_day_may_be_named(ask: Ask, asked: list[Any]) -> None:
    ask("readiness", "--as-of", "2027-04-01")
    ask("readiness")
    assert [each and each.isoformat() for each in asked] == ["2027-04-01", None]
