"""Whom a run tells of itself, and that it never fails over it."""

from pathlib import Path
from typing import Any

import pytest

from auditor.cli.audits.notifying import NOBODY, Receivers, receivers_of
from auditor.configuration import Configuration, Notify
from auditor.history.owed import Undelivered
from auditor.notifications import message, sending
from tests.auditor.cli.audits.test_comparing import given
from tests.auditor.reports.audits import audit_of

NEW = message.Message("title", "new")
OWN = Undelivered(audit_of().started_at, "title", "new")
OLD = Undelivered("2026-11-22T08:00:00Z", "old title", "old body")


class Sent:
    """What was sent to whom; `problems` are answered, `wanted` says whether the run is told of."""

    def __init__(self) -> None:
        self.messages: list[tuple[Any, str]] = []
        self.problems: dict[str, str] = {}
        self.wanted = True
        self.asked: list[Any] = []
        self.reports: list[Any] = []

    def is_wanted(self, *given: Any) -> bool:
        self.asked.append(given)
        return self.wanted

    def message_of(self, audit: Any, difference: Any, reports: Any) -> Any:
        self.reports.append(reports)
        return NEW

    def send(self, letters: Any) -> list[str]:
        self.messages += [(message.body, address) for message, address in letters]
        return [self.problems.get(address, "") for _, address in letters]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    found = Sent()
    monkeypatch.setattr(message, "is_wanted", found.is_wanted)
    monkeypatch.setattr(message, "message_of", found.message_of)
    monkeypatch.setattr(sending, "send", found.send)
    monkeypatch.setenv("CHANNEL", " json://channel ")
    monkeypatch.setenv("OTHER", "json://other")
    return found


def receivers(*urls: str, silent: bool = False) -> Receivers:
    of = Configuration(path=Path("/a/auditor.toml"), notify=Notify(urls))
    return Receivers(of, silent=silent)


def test_a_message_goes_to_every_address_with_the_reports(sent: Sent, tmp_path: Path) -> None:
    reports = [tmp_path / "a.json", Path("b.json"), "s3://b/c.json"]
    assert receivers("env:CHANNEL", "env:OTHER").notify(audit_of(), 4, reports) == {}
    assert sent.messages == [("new", "json://channel"), ("new", "json://other")]
    assert sent.reports == [
        [str(tmp_path / "a.json"), str(Path.cwd() / "b.json"), "s3://b/c.json"],
    ]
    assert sent.asked[0][0] == "change"
    assert sent.asked[0][3] == 4


def test_a_run_that_is_not_to_be_told_of_is_not(sent: Sent) -> None:
    sent.wanted = False
    assert receivers("env:CHANNEL").notify(audit_of(), 0, []) == {}
    assert sent.messages == []


def test_what_keeps_a_message_from_being_sent_is_said_and_it_is_owed(
    sent: Sent, capsys: pytest.CaptureFixture[str]
) -> None:
    sent.problems = {"json://other": "refused"}
    found = receivers("env:ABSENT", "env:CHANNEL", "env:OTHER").notify(audit_of(), 0, [])
    assert sent.messages == [("new", "json://channel"), ("new", "json://other")]
    assert found == {"env:ABSENT": [OWN], "env:OTHER": [OWN]}
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("auditor: contoso: nobody was notified: [notify] urls: env:ABSENT: ")
    assert second == "auditor: contoso: nobody was notified: [notify] urls[3] refused"


def test_without_an_address_nothing_is_sent(sent: Sent, capsys: pytest.CaptureFixture[str]) -> None:
    receivers("env:ABSENT").notify(audit_of(), 0, [])
    assert sent.messages == []
    assert "env:ABSENT" in capsys.readouterr().err


@pytest.mark.parametrize("wanted", [True, False])
def test_what_is_owed_is_sent_with_the_next_run(sent: Sent, wanted: bool) -> None:
    sent.wanted = wanted
    owed = {"env:CHANNEL": [OLD], "env:GONE": [OLD]}
    assert receivers("env:CHANNEL", "env:OTHER").notify(audit_of(), 0, [], owed) == {}
    (body, address), *others = sent.messages
    assert address == "json://channel"
    assert body.startswith("new") is wanted
    assert "Not delivered before:" in body
    assert "old body" in body
    assert others == [("new", "json://other")] * wanted


def test_what_does_not_arrive_again_is_owed_still(sent: Sent) -> None:
    sent.problems = {"json://channel": "refused"}
    found = receivers("env:CHANNEL").notify(audit_of(), 0, [], {"env:CHANNEL": [OLD]})
    assert found == {"env:CHANNEL": [OLD, OWN]}


def test_a_silent_run_owes_its_message(sent: Sent) -> None:
    silent = receivers("env:CHANNEL", silent=True)
    assert silent.notify(audit_of(), 0, [], {"env:CHANNEL": [OLD]}) == {"env:CHANNEL": [OLD, OWN]}
    assert sent.messages == []


def test_without_a_section_nobody_is_told(sent: Sent) -> None:
    Receivers(Configuration(path=Path("auditor.toml"))).notify(audit_of(), 1, [])
    assert NOBODY.notify(audit_of(), 1, [], {"env:CHANNEL": [OLD]}) == {}
    assert (sent.asked, sent.messages) == ([], [])


def test_a_run_with_pseudonyms_tells_nobody() -> None:
    configuration = Configuration(path=Path("auditor.toml"))
    assert receivers_of(configuration, given()) is not NOBODY
    assert receivers_of(configuration, given(redaction=object())) is NOBODY
    assert receivers_of(configuration, given(notify=False))._silent
