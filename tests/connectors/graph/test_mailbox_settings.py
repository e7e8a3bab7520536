"""Mailboxes one by one: what they are for, and the bound. What is shared: `test_one_by_one`."""

import pytest
import responses
from msgspec import UNSET

from connectors.graph import mailbox_settings
from tests.connectors.graph.test_one_by_one import FOUND, Answer, asked
from tests.connectors.microsoft_365 import rows

READER = mailbox_settings.READER
SHARED = FOUND[READER.source]


@responses.activate
def test_the_purpose_of_each_mailbox_is_read() -> None:
    assert [row.userPurpose for row in rows(asked(READER, 1, lambda id: SHARED))] == ["shared"]


@responses.activate
@pytest.mark.parametrize(("told", "read"), [(None, None), (7, "7"), ({}, "{}")])
def test_a_purpose_of_another_kind_is_kept_as_text(told: object, read: str | None) -> None:
    answer: Answer = {"status": 200, "body": {"userPurpose": told}}
    assert [row.userPurpose for row in rows(asked(READER, 1, lambda id: answer))] == [read]


@responses.activate
def test_an_answer_without_a_purpose_and_a_refusal_have_none() -> None:
    silent: Answer = {"status": 200, "body": {}}
    refused: Answer = {"status": 404, "body": {"userPurpose": "shared"}}
    found = asked(READER, 2, {"id0": silent, "id1": refused}.__getitem__)
    assert [row.userPurpose for row in rows(found)] == [UNSET, UNSET]


@responses.activate
def test_beyond_the_bound_the_source_is_partial_and_says_what_lists_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mailbox_settings, "MOST_ASKED", 40)
    reading = asked(READER, 41, lambda id: SHARED)
    assert len(reading.records) == 40
    assert (reading.state.status, reading.state.code) == ("partial", "bounded")
    assert "exchange_online" in reading.state.remedy
