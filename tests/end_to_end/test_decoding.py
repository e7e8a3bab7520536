"""Whoever decodes the pages of large tables, the report is the same."""

import json
import pickle
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from auditor.cli.audits import tasks
from connectors.dynamics import client
from connectors.odata import decoder_process
from connectors.odata.decoder_process import Decoding
from connectors.odata.decoder_worker import Asked
from connectors.transport.answers import TIME_FORMAT, Answer
from tests.end_to_end.conftest import Call, call
from tests.waiting import wait_until

_OF_THE_RUN = ("run", "read_at", "requests")


class Process(Decoding):
    """A process that is up from the beginning, and whose pages are counted by table."""

    def __init__(self) -> None:
        super().__init__()
        self.pages: dict[str, int] = {}
        self.start()
        wait_until(lambda: self.is_up)

    def ask(self, asked: Asked) -> Any:
        row, *_ = pickle.loads(asked.row)
        self.pages[row] = self.pages.get(row, 0) + 1
        return super().ask(asked)


@pytest.fixture(autouse=True)
def small_pages_read_at_one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several pages of each large table; ages count from the same moment in every run."""
    monkeypatch.setitem(client.HEADERS, "Prefer", "odata.maxpagesize=25")
    monkeypatch.setattr(Answer, "read_at", datetime.now(UTC).strftime(TIME_FORMAT))


def test_the_report_is_the_same_with_the_process_and_without_it(
    contoso_toml: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ("run", "--config", contoso_toml, "--report", "json")
    monkeypatch.setattr(decoder_process, "_processors", lambda: 1)
    here = call(*arguments)
    monkeypatch.setattr(decoder_process, "_processors", lambda: 2)
    process = Process()
    monkeypatch.setattr(tasks, "Decoding", lambda: process)
    apart = call(*arguments, "--snapshot", "taken")
    assert process.pages["MailboxRow"] >= 4
    assert process.pages.keys() == {"MailboxRow", "UserRow", "QueueRow"}
    assert here.code == apart.code == 1
    assert _lasting(apart) == _lasting(here)
    assert _lasting(call("replay", "taken", "--report", "json")) == _lasting(here)


def _lasting(of: Call) -> Any:
    """The report without what is told of the run itself: when each value was read, and how.

    A table of a server that takes its time is read in ranges, which takes more requests.
    """
    return json.loads(
        of.out,
        object_hook=lambda told: {
            name: value for name, value in told.items() if name not in _OF_THE_RUN
        },
    )
