"""A source that rests on another is not read where that one was not."""

from typing import Any

import pytest

from connectors.graph import applications, mailbox_settings, message_rules
from connectors.graph.preceding import rest_on
from connectors.sources.readings import EarlierReadings, Reading
from connectors.sources.source import NARROWED, Progress, Reader, SourceState
from connectors.transport.errors import SourceFailed
from tests.connectors.microsoft_365 import graph, read

RESTS = [
    (mailbox_settings.READER, "graph.users"),
    (message_rules.READER, "graph.users"),
    (applications.READER, applications.PROFILES),
]


@pytest.mark.parametrize(("reader", "on"), RESTS, ids=lambda each: getattr(each, "source", each))
@pytest.mark.parametrize(("status", "becomes"), [("failed", "failed"), ("partial", "partial")])
def test_it_ends_as_the_one_before_it(reader: Reader, on: str, status: Any, becomes: str) -> None:
    before = SourceState(on, status, code="forbidden", reason="refused", remedy="grant it")
    state = read(reader, graph(), {on: Reading(before)}).state
    assert (state.status, state.code, state.remedy) == (becomes, "forbidden", "grant it")
    assert on in state.reason
    assert "refused" in state.reason


def rested(**state: Any) -> Progress:
    readings = {"a.b": Reading(SourceState("a.b", **state))} if state else {}
    progress = Progress()
    rest_on("a.b", EarlierReadings(readings=readings), progress)
    return progress


def test_nothing_is_said_of_a_source_that_was_read_or_is_not_there() -> None:
    assert rested().code == ""
    assert rested(status="read").code == ""


def test_a_partial_source_leaves_the_one_after_it_partial() -> None:
    progress = rested(status="partial", code="short", reason="why", remedy="how")
    assert (progress.code, progress.remedy) == ("short", "how")
    assert progress.reason == "Needs a.b, which was read only in part: why"


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ({"status": "failed", "code": "forbidden"}, "forbidden"),
        ({"status": "failed"}, "failed"),
        ({"status": "not-configured"}, "not-configured"),
        ({"status": "read", "code": NARROWED}, NARROWED),
    ],
)
def test_nobody_can_be_asked_about_without_the_one_before(state: Any, code: str) -> None:
    with pytest.raises(SourceFailed) as caught:
        rested(**state)
    assert caught.value.code == code
