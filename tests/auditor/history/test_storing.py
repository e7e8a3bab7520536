"""One run stored: its row, its environment, and when the last complete one ended."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from msgspec.structs import replace
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection

from auditor.history import HistoryProblem, storing
from auditor.history.looking_back import runs
from auditor.history.storing import last_complete_at
from auditor.history.tables import ENVIRONMENTS, FACTS, RUNS
from auditor.model import MailboxEntry
from tests.auditor import rows as made
from tests.auditor.history.memory import RULES, context, memory, night, rows, stored
from tests.auditor.reports.audits import APPROVAL, audit_of, finding, mailbox

FABRIKAM = replace(audit_of().environment, name="fabrikam", url="https://fabrikam.example")


@pytest.fixture
def connection() -> Iterator[Connection]:
    with memory() as made:
        yield made


def test_another_organization_of_the_same_name_is_refused_and_leaves_all_as_it_was(connection):
    stored(connection, night(1))
    own = audit_of().environment
    before = rows(connection, RUNS, "id", "announced")
    with pytest.raises(HistoryProblem) as refused:
        stored(connection, night(2, environment=replace(own, url="https://other.example")))
    assert str(refused.value) == (
        "another organisation is stored there as 'contoso'. Give this environment another name, or"
        " its own [history] url"
    )
    assert rows(connection, RUNS, "id", "announced") == before
    stored(connection, night(3, environment=replace(own, url="https://CRM.contoso.local/contoso/")))
    assert len(rows(connection, ENVIRONMENTS, "id")) == 1


def test_a_run_is_a_row_of_its_environment(connection):
    first = stored(connection, night(1))
    second = stored(connection, night(2, environment=FABRIKAM))
    third = stored(connection, night(3, complete=False))
    assert rows(connection, ENVIRONMENTS, "id", "name", "url") == [
        (1, "contoso", "https://crm.contoso.local/Contoso"),
        (2, "fabrikam", "https://fabrikam.example"),
    ]
    assert rows(connection, RUNS, "number", "environment", "id", "complete") == [
        (1, 1, "night-1", True), (2, 2, "night-2", True), (3, 1, "night-3", False),
    ]  # fmt: skip
    assert (first.old, second.old) == (None, None)
    assert third.old == first.new


def test_of_the_run_before_the_last_one_counts(connection):
    for number in (1, 2):
        stored(connection, night(number))
    old = stored(connection, night(3)).old
    assert old is not None
    assert old.id == "night-2"


def test_mailboxes_stand_as_they_did_where_rules_are_left_out(connection):
    def stand(number: int, standing: str, **changed: Any) -> int:
        entry = MailboxEntry("m", "", "", None, standing, ())  # type: ignore[arg-type]
        audit = night(number, mailboxes=lambda: iter((entry,)), **changed)
        return len(stored(connection, audit).mailboxes)

    assert stand(1, "broken") == 0
    assert stand(2, "unknown", rules=RULES[1:]) == 0
    assert stand(3, "broken") == 0, "nothing stopped working"
    assert stand(4, "unknown") == 1
    connection.execute(sa.update(FACTS).values(content=sa.func.replace(FACTS.c.content, "-", "+")))
    assert stand(5, "broken", rules=RULES[1:]) == 1, "another release has no such rule"


def test_the_last_complete_run_is_this_one_or_the_last_before(connection):
    def ended(number: int, **changed: Any) -> str | None:
        finished_at = f"2026-11-{number:02d}T04:00:00Z"
        return stored(
            connection, night(number, finished_at=finished_at, **changed)
        ).last_complete_at

    assert ended(1, complete=False) is None
    assert ended(2) == "2026-11-02T04:00:00Z"
    assert ended(3) == "2026-11-03T04:00:00Z"
    assert ended(4, environment=FABRIKAM) == "2026-11-04T04:00:00Z"
    assert ended(5, complete=False) == "2026-11-03T04:00:00Z"
    incomplete = replace(context(connection, 3).new, complete=False)
    assert last_complete_at(replace(context(connection, 3), new=incomplete)) == (
        "2026-11-02T04:00:00Z"
    )


def test_settings_that_nobody_knows_are_no_changes(connection):
    stored(connection, night(1))
    assert stored(connection, night(2)).subjects is None


def test_settings_that_changed_are_listed_by_record(connection):
    anna = made.mailbox(mailbox(1).id)
    stored(connection, night(1), anna)
    assert stored(connection, night(2), anna).subjects == ()
    subjects = stored(connection, night(3), replace(anna, statecode=1)).subjects
    assert subjects is not None
    assert [each.subject.id for each in subjects] == [mailbox(1).id]


def test_each_run_keeps_its_own_numbers(connection):
    stored(connection, night(1, finding(APPROVAL, mailbox(1))))
    stored(connection, night(2))
    first, second = runs(connection, None)
    assert (first.numbers.changes, second.numbers.changes) == ({"new": 1}, {"fixed": 1})


class TestEnvironment:
    """Another run may have stored the same environment at the same time; SQLite has one writer."""

    @staticmethod
    def asked(dialect: str, found: int | None) -> list[str]:
        asked: list[str] = []

        def execute(statement: Any) -> Any:
            asked.append(str(statement.compile(dialect=postgresql.dialect())))
            row = None if found is None else SimpleNamespace(id=found, url="https://x")
            return SimpleNamespace(first=lambda: row, scalar_one=lambda: 7)

        connection: Any = SimpleNamespace(dialect=SimpleNamespace(name=dialect), execute=execute)
        assert storing._environment(connection, "contoso", "https://x") == (found or 7)
        return [each.split()[0] + (" OR LEAVE" if "ON CONFLICT" in each else "") for each in asked]

    def test_postgresql_is_asked_to_leave_one_that_is_there(self):
        assert self.asked("postgresql", 5) == ["INSERT OR LEAVE", "SELECT"]

    def test_elsewhere_it_is_stored_where_it_is_not_there(self):
        assert self.asked("sqlite", None) == ["SELECT", "INSERT"]
        assert self.asked("sqlite", 5) == ["SELECT"]
