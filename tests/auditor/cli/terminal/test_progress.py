"""What a person at a terminal sees while servers are read, and nobody else."""

import logging
import sys
from typing import Any

import pytest

from auditor.cli.terminal.progress import Watched, showing_remarks, showing_requests, watching
from connectors.columnar.page import Page
from connectors.sources.readings import EarlierReadings
from connectors.transport.redaction import Redaction
from tests.auditor.snapshots.sources import Canned, reader_named, user_rows

USERS = reader_named("dynamics.systemusers")
PAGES = [Page(list(user_rows(2)), "", ""), Page(list(user_rows(3)), "", "")]
LOG = logging.getLogger("connectors.any")


def test_each_page_adds_to_the_records_that_are_told() -> None:
    told: list[tuple[str, int]] = []
    outside = Watched(Canned({USERS.source: PAGES}), lambda *each: told.append(each))
    stream = outside.open(USERS, EarlierReadings())
    assert list(stream) == PAGES
    assert told == [(USERS.source, 0), (USERS.source, 2), (USERS.source, 5)]
    assert stream.state.records == 5


@pytest.mark.parametrize(
    ("quiet", "is_terminal", "watched"),
    [(False, True, True), (True, True, False), (False, False, False)],
)
def test_only_somebody_at_a_terminal_watches(
    monkeypatch: pytest.MonkeyPatch, quiet: bool, is_terminal: bool, watched: bool
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: is_terminal, raising=False)
    outside: Any = Canned({USERS.source: PAGES})
    with watching(outside, "contoso", quiet=quiet) as shown:
        assert isinstance(shown, Watched) is watched
        assert (shown is outside) is not watched
        assert len(list(shown.open(USERS, EarlierReadings()))) == 2


def test_a_remark_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    with showing_remarks():
        for text in ("first", "second", "first"):
            LOG.warning("%s remark", text)
        LOG.info("no remark")
    LOG.warning("too late")
    assert capsys.readouterr().err.splitlines() == [
        "auditor: first remark",
        "auditor: second remark",
    ]


def test_requests_are_shown_where_they_are_wanted(capsys: pytest.CaptureFixture[str]) -> None:
    log = logging.getLogger("connectors")
    before = log.level, list(log.handlers)
    with showing_requests(True):
        LOG.debug("GET /queues")
        LOG.warning("a remark, which is said elsewhere")
    with showing_requests(False):
        LOG.debug("GET /mailboxes")
    LOG.debug("GET /users")
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith(" GET /queues")
    assert (log.level, log.handlers) == before


def test_no_request_that_is_shown_shows_a_secret(capsys: pytest.CaptureFixture[str]) -> None:
    Redaction().learn("hunter2secret")
    with showing_requests(True):
        LOG.debug("GET %s", "https://a.example/?x=hunter2secret")
    assert "GET https://a.example/?x=[redacted]" in capsys.readouterr().err
