"""Runs are forgotten from the oldest on; what lasts into a run that is kept stays known."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from msgspec.structs import replace
from sqlalchemy.engine import Connection

from auditor.history.looking_back import difference, runs
from auditor.history.pruning import prune
from auditor.history.tables import (
    ENVIRONMENTS,
    FACTS,
    FINDINGS,
    LIVES,
    RECORDS,
    RUNS,
    SHAPES,
    STANDINGS,
)
from auditor.model import MailboxEntry
from tests.auditor import rows as made
from tests.auditor.history.memory import memory, night, rows, started, stored
from tests.auditor.reports.audits import APPROVAL, audit_of, finding, mailbox

FAILS, OTHER = finding(APPROVAL, mailbox(1)), finding(APPROVAL, mailbox(2))


@pytest.fixture
def connection() -> Iterator[Connection]:
    with memory() as made:
        yield made


def ids(connection: Connection) -> list[str]:
    return [each.id for each in runs(connection, None)]


def nights(connection: Connection, count: int) -> None:
    for number in range(1, count + 1):
        stored(connection, night(number))


@pytest.mark.parametrize(
    ("keep", "before", "forgotten"),
    [
        (5, None, 0), (4, None, 0), (3, None, 1), (2, None, 2), (1, None, 3), (0, None, 3),
        (None, started(1), 0), (None, started(2), 1), (None, started(4), 3),
        (None, started(9), 3), (None, None, 3), (3, started(9), 1), (1, started(2), 1),
    ],
)  # fmt: skip
def test_the_oldest_go_and_the_last_stays(connection, keep, before, forgotten):
    nights(connection, 4)
    assert prune(connection, None, keep=keep, before=before) == forgotten
    assert ids(connection) == [f"night-{number}" for number in range(forgotten + 1, 5)]


def test_runs_go_without_a_gap(connection):
    for number, day in ((1, 5), (2, 1), (3, 6)):
        stored(connection, night(number, started_at=started(day)))
    assert prune(connection, None, keep=None, before=started(4)) == 0
    assert len(ids(connection)) == 3


def test_one_environment_leaves_the_others_alone(connection):
    other = replace(audit_of().environment, name="fabrikam")
    nights(connection, 2)
    for number in (3, 4):
        stored(connection, night(number, environment=other))
    assert prune(connection, "nobody", keep=1, before=None) == 0
    assert prune(connection, "fabrikam", keep=1, before=None) == 1
    assert ids(connection) == ["night-1", "night-2", "night-4"]
    assert prune(connection, None, keep=1, before=None) == 1


def entry(standing: str) -> MailboxEntry:
    return MailboxEntry("m", "", "", None, standing, ())  # type: ignore[arg-type]


def test_what_held_only_in_forgotten_runs_goes_and_the_rest_stays(connection):
    anna, bob = made.mailbox(mailbox(1).id), made.mailbox(mailbox(2).id, statecode=1)
    for number, listed, records, standing in (
        (1, (FAILS, OTHER), (anna, bob), "broken"),
        (2, (OTHER,), (anna,), "unknown"),
        (3, (OTHER,), (anna,), "unknown"),
    ):
        audit = night(number, *listed, mailboxes=lambda of=standing: iter((entry(of),)))
        stored(connection, audit, *records)
    last = difference(connection, "night-3")
    assert len(rows(connection, LIVES, "state")) == 3
    assert prune(connection, None, keep=1, before=None) == 2
    assert rows(connection, FINDINGS, "subject") == [(mailbox(2).id,)]
    assert rows(connection, LIVES, "state", "until") == [("F", None)]
    assert rows(connection, RECORDS, "id") == [(mailbox(1).id,)]
    assert len(rows(connection, SHAPES, "id")) == 1
    assert rows(connection, STANDINGS, "standing") == [("unknown",)]
    assert {until for (until,) in rows(connection, FACTS, "until")} == {None}
    assert rows(connection, RUNS, "id") == [("night-3",)]
    assert replace(last, old=None) == replace(
        difference(connection, "night-3"), old=None, subjects=last.subjects
    )


def test_what_was_resolved_in_the_first_run_that_is_kept_is_still_told(connection):
    stored(connection, night(1, FAILS))
    stored(connection, night(2))
    stored(connection, night(3))
    assert prune(connection, None, keep=2, before=None) == 1
    assert rows(connection, LIVES, "state", "begin") == [("", 2)]
    assert prune(connection, None, keep=1, before=None) == 1
    assert rows(connection, LIVES, "state") == []
    assert rows(connection, FINDINGS, "state") == []


def test_an_environment_without_a_run_has_none_to_forget(connection):
    connection.execute(sa.insert(ENVIRONMENTS).values(name="contoso", url=""))
    assert prune(connection, None, keep=0, before=None) == 0
