"""What is known of a source that no section opens, and which rows cannot be looked up."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from connectors.exchange_online.mailboxes import READER as MAILBOXES
from connectors.exchange_online.mailboxes import ExchangeMailboxRow
from connectors.sources.source import (
    NARROWED,
    SAMPLED,
    Progress,
    SourceState,
    columns_of,
    not_configured,
)

REPLACEMENT = "\ufffd"


def test_a_source_without_its_section_names_what_configures_it() -> None:
    state = not_configured("graph.users", "graph")
    assert (state.status, state.code) == ("not-configured", "not-configured")
    assert not state.whole
    assert "`graph`" in state.remedy


def test_a_source_without_its_key_names_the_key_and_its_section() -> None:
    state = not_configured("exchange_online.forwarding", "exchange_online.cmdlets")
    assert (state.status, state.code) == ("not-configured", "not-configured")
    assert "`cmdlets`" in state.remedy
    assert "`exchange_online`" in state.remedy


@given(
    st.lists(
        st.tuples(
            st.sampled_from([None, UNSET, "", "a@contoso.example", f"a{REPLACEMENT}"]),
            st.sampled_from([None, UNSET, "smtp:a", [], ["smtp:a"], ["smtp:a", REPLACEMENT]]),
        ),
        max_size=4,
    )
)
def test_as_many_rows_are_not_found_together_as_one_by_one(values: list[Any]) -> None:
    rows = [ExchangeMailboxRow(*each) for each in values]
    expected = sum(
        not primary
        or REPLACEMENT in str(primary)
        or proxies is UNSET
        or REPLACEMENT in str(proxies)
        for primary, proxies in values
    )
    assert MAILBOXES.not_found(rows) == expected
    assert sum(MAILBOXES.not_found([row]) for row in rows) == expected


@pytest.mark.parametrize(
    ("status", "code", "whole"),
    [
        ("read", "", True),
        ("read", SAMPLED, True),
        ("read", NARROWED, False),
        ("partial", "", False),
        ("failed", "", False),
        ("not-configured", "", False),
    ],
)
def test_a_source_is_whole_where_every_record_was_read(status: Any, code: str, whole: bool) -> None:
    assert SourceState("a.b", status, code=code).whole is whole


def test_a_source_that_is_not_whole_says_why() -> None:
    told = SourceState("a.b", "failed", code="forbidden", reason="no", remedy="grant").unknown()
    assert (told.reason, told.remedy) == ("no", "grant")
    silent = SourceState("a.b", "failed").unknown()
    assert (silent.reason, silent.remedy) == (
        "The source a.b was not read.",
        "Configure the source a.b.",
    )
    assert (told.cause, silent.cause) != (None, None)
    assert [each.cause.code for each in (told, silent) if each.cause] == ["forbidden", "failed"]


def test_progress_says_what_is_short_and_whether_nobody_answered() -> None:
    progress = Progress()
    progress.shorten("a", "b", "c")
    assert (progress.code, progress.reason, progress.remedy) == ("a", "b", "c")
    assert progress.silent is False
    progress.shorten("a", "b", "c", silent=True)
    assert progress.silent is True


def test_the_columns_of_a_reader_are_the_fields_of_its_rows() -> None:
    assert MAILBOXES.columns == columns_of(ExchangeMailboxRow)
    assert "PrimarySmtpAddress" in MAILBOXES.columns


@pytest.mark.parametrize(
    ("section", "says"),
    [
        ("exchange_server.mailboxes", "Set `mailboxes` to how many to open in the section"),
        ("graph.inbox_rules", "Set `inbox_rules` to how many mailboxes to ask in the section"),
        ("exchange_online.cmdlets", "Set `cmdlets` to true in the section"),
        ("graph", "Add the section `graph` to the environment"),
    ],
)
def test_what_configures_a_source_is_said(section: str, says: str) -> None:
    assert not_configured("a.b", section).remedy.startswith(says)
