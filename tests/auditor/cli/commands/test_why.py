"""What `auditor why` makes of its options."""

from typing import Any

import pytest

from auditor.cli.answers import reasons
from tests.auditor.cli.conftest import Ask


@pytest.fixture(autouse=True)
def calls(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    found: list[Any] = []
    monkeypatch.setattr(reasons, "asked", lambda *given: found.append(given) or ("found",))
    monkeypatch.setattr(reasons, "shown", lambda answer, **more: found.append((answer, more)))
    return found


def test_an_environment_or_a_snapshot_is_named(ask: Ask, calls: list[Any]) -> None:
    said = ask("why", "Max", "contoso", "--snapshot", "s")
    assert said.code == 2
    assert "name an environment or give --snapshot, not both" in said.err
    assert calls == []
    assert ask("why", "Max", "contoso").code == 0
    assert ask("why", "Max", "--snapshot", "s").code == 0


@pytest.mark.parametrize(
    ("options", "as_json", "failing"),
    [((), False, False), (("--format", "json"), True, False), (("--failing",), False, True)],
)
def test_the_answer_is_shown_as_it_is_asked_for(
    ask: Ask, calls: list[Any], options: tuple[str, ...], as_json: bool, failing: bool
) -> None:
    ask("why", "Max", *options)
    assert calls[1] == (("found",), {"as_json": as_json, "failing": failing})


def test_a_day_may_be_named(ask: Ask, calls: list[Any]) -> None:
    ask("why", "Max", "--as-of", "2027-04-01")
    ask("why", "Max")
    days = [given[4].as_of for given in calls[::2]]
    assert [day and day.isoformat() for day in days] == ["2027-04-01", None]
