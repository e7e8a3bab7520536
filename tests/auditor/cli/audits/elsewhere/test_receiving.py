"""What another process answered is taken as if it had been done here."""

import logging
from types import SimpleNamespace
from typing import Any

import pytest

from auditor.cli.audits.elsewhere.receiving import received
from auditor.cli.audits.timing import Stopwatch


class Do:
    """Answers with what is `done`, and notes what was asked."""

    def __init__(self, done: Any) -> None:
        self.done = done
        self.asked: dict[str, bool] = {}

    def __call__(self, **asked: bool) -> Any:
        self.asked = asked
        return self.done


def done(**changes: Any) -> Any:
    values = {"settings": None, "addresses": None, "reading_s": 2.0, "judging_s": 3.0}
    sent = SimpleNamespace(**{**values, "audit": lambda: "audit", **changes})
    return SimpleNamespace(sent=sent, remarks=("one", "two"))


def take(
    do: Do,
    *,
    compared: bool = True,
    wanted: bool = True,
    settings: Any = None,
    planned: bool = True,
) -> tuple[Any, list[Any], Stopwatch]:
    taken: list[Any] = []
    task: Any = SimpleNamespace(
        elsewhere=SimpleNamespace(do=do), is_compared=compared, request="request"
    )
    settling: Any = SimpleNamespace(
        is_wanted=wanted, take=lambda request, sent: taken.append((request, sent))
    )
    watch = Stopwatch()
    return received(task, settings, settling, watch, planned=planned), taken, watch


def test_nothing_is_taken_where_the_program_is_to_stop() -> None:
    assert take(Do(None))[:2] == (None, [])


@pytest.mark.parametrize(
    ("compared", "wanted", "is_asked"),
    [(True, True, True), (True, False, False), (False, True, False)],
)
def test_what_is_compared_is_asked_for_where_it_is_wanted(
    compared: bool, wanted: bool, is_asked: bool
) -> None:
    do = Do(done())
    take(do, compared=compared, wanted=wanted)
    assert do.asked == {"compared": is_asked, "remembered": False, "planned": True}


def test_settings_and_addresses_are_taken_where_they_came() -> None:
    noted: list[Any] = []
    settings = SimpleNamespace(take=noted.append)
    do = Do(done(settings="settings", addresses="addresses"))
    audit, taken, watch = take(do, settings=settings, planned=False)
    assert (audit, taken, noted) == ("audit", [("request", "addresses")], ["settings"])
    assert do.asked == {"compared": True, "remembered": True, "planned": False}
    assert (watch.reading_s, watch.judging_s) == (2.0, 3.0)


def test_they_are_not_where_they_did_not() -> None:
    noted: list[Any] = []
    assert take(Do(done()), settings=SimpleNamespace(take=noted.append))[1] == []
    assert noted == []
    assert take(Do(done(settings="settings")))[0] == "audit"


def test_remarks_are_made_here(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "connectors"):
        take(Do(done()))
    assert [record.getMessage() for record in caplog.records] == ["one", "two"]
