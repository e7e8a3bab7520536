"""A source that rests on another is not read where that one was not."""

from typing import Any

import pytest

from connectors.graph import applications, mailbox_settings, message_rules
from connectors.sources.readings import Reading
from connectors.sources.source import Reader, SourceState
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
