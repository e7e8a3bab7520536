"""A run that nobody was told of leaves no trace, and the next run tells what it found."""

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from msgspec.structs import replace
from sqlalchemy.engine import Connection

from auditor.history.looking_back import runs
from auditor.history.pruning import prune
from auditor.history.storing import store
from auditor.history.tables import METADATA, RUNS, SHAPES
from auditor.history.taking_back import take_back
from auditor.model import Finding, MailboxEntry
from tests.auditor import rows as made
from tests.auditor.history.memory import memory, night, noted, stored
from tests.auditor.reports.audits import APPROVAL, audit_of, finding, mailbox

FAILS, OTHER = finding(APPROVAL, mailbox(1)), finding(APPROVAL, mailbox(2))
ANNA, BOB = made.mailbox(mailbox(1).id), made.mailbox(mailbox(2).id)


@pytest.fixture
def connection() -> Iterator[Connection]:
    with memory() as made:
        yield made


def content(connection: Connection) -> dict[str, list[Any]]:
    """All that is stored, but for the combinations of values that nothing needs any more."""
    tables = [each for each in METADATA.sorted_tables if each is not SHAPES]
    return {each.name: sorted(connection.execute(sa.select(each)).all()) for each in tables}


def unheard(connection: Connection, number: int, *listed: Finding, **changed: Any) -> Any:
    """What a run finds that ends before it says so."""
    entry = MailboxEntry("m", "", "", None, "broken", ())  # type: ignore[arg-type]
    audit = night(number, *listed, mailboxes=lambda: iter((entry,)), **changed)
    with contextlib.closing(noted(replace(ANNA, name="Anne"), BOB)) as settings:
        return store(connection, audit, settings, announced=False)


@pytest.mark.parametrize("before", [0, 1, 2])
def test_everything_is_as_it_was(connection: Connection, before: int) -> None:
    for number in range(1, before + 1):
        stored(connection, night(number, FAILS, *[OTHER] * (number == 1)), ANNA)
    was = content(connection)
    unheard(connection, 7, OTHER)
    assert content(connection) != was
    take_back(connection, 1, before + 1)
    now = content(connection)
    assert now.pop("environment")
    assert now == {name: held for name, held in was.items() if name != "environment"}


def test_the_next_run_tells_what_both_found(connection: Connection) -> None:
    first = stored(connection, night(1, FAILS), ANNA)
    heard = unheard(connection, 2, OTHER)
    assert {each.change for each in heard.findings} == {"new", "fixed"}
    again = unheard(connection, 3, OTHER)
    assert again.old == first.new
    assert (again.mailboxes, again.subjects) == (heard.mailboxes, heard.subjects)
    assert [(each.fingerprint, each.change, each.reason) for each in again.findings] == [
        (each.fingerprint, each.change, each.reason) for each in heard.findings
    ]
    assert [each.id for each in runs(connection, None)] == ["night-1", "night-3"]
    assert [each.announced for each in runs(connection, None)] == [True, False]


def test_other_environments_keep_their_runs(connection: Connection) -> None:
    fabrikam = replace(audit_of().environment, name="fabrikam")
    unheard(connection, 1, FAILS, environment=fabrikam)
    unheard(connection, 2, FAILS)
    stored(connection, night(3, FAILS))
    assert [each.id for each in runs(connection, None)] == ["night-1", "night-3"]


def test_the_run_that_the_next_one_is_compared_with_is_never_forgotten(
    connection: Connection,
) -> None:
    for number in (1, 2):
        stored(connection, night(number, FAILS))
    unheard(connection, 3, OTHER)
    assert prune(connection, None, keep=1, before=None) == 1
    assert {each.change for each in unheard(connection, 4, FAILS, OTHER).findings} == {"new"}
    connection.execute(sa.update(RUNS).values(announced=False))
    assert prune(connection, None, keep=1, before=None) == 0
