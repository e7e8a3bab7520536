"""What the history knows of whom was told: runs, and messages that did not arrive."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace
from sqlalchemy.engine import Connection

from auditor.history.announcing import announce, undelivered
from auditor.history.looking_back import runs
from auditor.history.owed import MOST_WHOLE, Undelivered
from auditor.history.storing import store
from tests.auditor.history.memory import memory, night, stored
from tests.auditor.reports.audits import audit_of

FABRIKAM = replace(audit_of().environment, name="fabrikam")


@pytest.fixture
def connection() -> Iterator[Connection]:
    with memory() as made:
        stored(made, night(1))
        stored(made, night(2, environment=FABRIKAM))
        yield made


def message(number: int) -> Undelivered:
    return Undelivered(f"2026-11-{number:02d}T03:00:00Z", f"title {number}", "body")


def test_a_run_is_announced_once_people_were_told(connection: Connection) -> None:
    store(connection, night(3), None, announced=False)
    assert [each.announced for each in runs(connection, None)] == [True, True, False]
    announce(connection, "night-3", "contoso", {"env:A": [message(1)]}, again=True)
    assert [each.announced for each in runs(connection, None)] == [True, True, False]
    assert undelivered(connection, "contoso") == {"env:A": [message(1)]}
    announce(connection, "night-3", "contoso", {})
    assert [each.announced for each in runs(connection, None)] == [True, True, True]


def test_a_run_that_another_one_took_back_changes_nothing_that_is_owed(
    connection: Connection,
) -> None:
    owed = {"env:A": [message(1)]}
    announce(connection, "night-1", "contoso", owed)
    store(connection, night(3), None, announced=False)
    store(connection, night(4), None, announced=False)
    announce(connection, "night-3", "contoso", {})
    assert undelivered(connection, "contoso") == owed
    assert [each.announced for each in runs(connection, None)] == [True, True, False]


def test_what_is_owed_takes_the_place_of_what_was(connection: Connection) -> None:
    first = {"env:A": [message(1), message(2)], "env:B": [message(1)]}
    announce(connection, "night-1", "contoso", first)
    announce(connection, "night-2", "fabrikam", {"env:A": [message(9)]})
    assert undelivered(connection, "contoso") == first
    announce(connection, "night-1", "contoso", {"env:A": [], "env:B": [message(3)]})
    assert undelivered(connection, "contoso") == {"env:B": [message(3)]}
    announce(connection, "night-1", "contoso", {})
    assert undelivered(connection, "contoso") == {}
    assert undelivered(connection, "fabrikam") == {"env:A": [message(9)]}


def test_of_many_messages_the_oldest_keep_their_titles(connection: Connection) -> None:
    many = [message(number) for number in range(1, MOST_WHOLE + 3)]
    for _ in range(2):
        announce(connection, "night-1", "contoso", {"env:A": many})
        many = list(undelivered(connection, "contoso")["env:A"])
        assert [each.body for each in many] == ["", ""] + ["body"] * MOST_WHOLE
        assert many[0].title == "title 1"
