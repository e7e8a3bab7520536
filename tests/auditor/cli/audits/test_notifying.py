"""Whom a run tells of itself, and that it never fails over it."""

from pathlib import Path
from typing import Any

import pytest

from auditor.cli.audits.notifying import NOBODY, Receivers, receivers_of
from auditor.configuration import Configuration, Notify
from auditor.notifications import message, sending
from tests.auditor.cli.audits.test_comparing import given
from tests.auditor.reports.audits import audit_of


class Sent:
    """What was sent to whom; `problems` are answered, `wanted` says whether the run is told of."""

    def __init__(self) -> None:
        self.messages: list[tuple[Any, list[str]]] = []
        self.problems: list[str] = []
        self.wanted = True
        self.asked: list[Any] = []

    def is_wanted(self, *given: Any) -> bool:
        self.asked.append(given)
        return self.wanted

    def send(self, text: Any, addresses: list[str]) -> list[str]:
        self.messages.append((text, addresses))
        return self.problems


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    found = Sent()
    monkeypatch.setattr(message, "is_wanted", found.is_wanted)
    monkeypatch.setattr(message, "message_of", lambda audit, difference, reports: reports)
    monkeypatch.setattr(sending, "send", found.send)
    monkeypatch.setenv("CHANNEL", " json://channel ")
    return found


def receivers(*urls: str) -> Receivers:
    return Receivers(Configuration(path=Path("/a/auditor.toml"), notify=Notify(urls)))


def test_a_message_goes_to_every_address_with_the_reports(sent: Sent, tmp_path: Path) -> None:
    reports = [tmp_path / "a.json", Path("b.json"), "s3://b/c.json"]
    receivers("env:CHANNEL", "env:CHANNEL").notify(audit_of(), 4, reports)
    assert sent.messages == [
        (
            [str(tmp_path / "a.json"), str(Path.cwd() / "b.json"), "s3://b/c.json"],
            ["json://channel"] * 2,
        )
    ]
    assert sent.asked[0][0] == "change"
    assert sent.asked[0][3] == 4


def test_a_run_that_is_not_to_be_told_of_is_not(sent: Sent) -> None:
    sent.wanted = False
    receivers("env:CHANNEL").notify(audit_of(), 0, [])
    assert sent.messages == []


def test_what_keeps_a_message_from_being_sent_is_said(
    sent: Sent, capsys: pytest.CaptureFixture[str]
) -> None:
    sent.problems = ["refused"]
    receivers("env:ABSENT", "env:CHANNEL").notify(audit_of(), 0, [])
    assert sent.messages[0][1] == ["json://channel"]
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("auditor: contoso: nobody was notified: [notify] urls: env:ABSENT: ")
    assert second == "auditor: contoso: nobody was notified: refused"


def test_without_an_address_nothing_is_sent(sent: Sent, capsys: pytest.CaptureFixture[str]) -> None:
    receivers("env:ABSENT").notify(audit_of(), 0, [])
    assert sent.messages == []
    assert "env:ABSENT" in capsys.readouterr().err


def test_without_a_section_nobody_is_told(sent: Sent) -> None:
    Receivers(Configuration(path=Path("auditor.toml"))).notify(audit_of(), 1, [])
    NOBODY.notify(audit_of(), 1, [])
    assert (sent.asked, sent.messages) == ([], [])


@pytest.mark.parametrize(
    ("options", "is_told"),
    [({}, True), ({"notify": False}, False), ({"redaction": object()}, False)],
)
def test_a_run_may_ask_that_nobody_is_told(options: dict[str, Any], is_told: bool) -> None:
    found = receivers_of(Configuration(path=Path("auditor.toml")), given(**options))
    assert (found is not NOBODY) is is_told
