"""What else lasts from run to run: how sources ended, the rules asked, causes, and digests."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from msgspec.structs import replace
from sqlalchemy.engine import Connection

from auditor.differences.transitions import SharedOpen
from auditor.history import fact_rows
from auditor.history.fact_rows import FactRows, digested_before, rules_of
from auditor.history.tables import ENVIRONMENTS, FACTS
from tests.auditor.history.memory import READ, RULES, context, memory, night, rows
from tests.auditor.reports.audits import APPROVAL, CAUSES, FAILING, UNTESTED, mailbox, of_causes

HELD = SharedOpen("f", APPROVAL, "mailbox", 40, None, "graph.users")
OTHER = SharedOpen("g", FAILING, "mailbox", 2, frozenset({"a"}), "")


@pytest.fixture
def connection() -> Iterator[Connection]:
    with memory() as made:
        made.execute(sa.insert(ENVIRONMENTS).values(name="contoso", url=""))
        yield made


def facts(connection: Connection, number: int) -> FactRows:
    return FactRows(context(connection, number))


def contents(connection: Connection, kind: str) -> list[tuple[Any, int, int | None]]:
    found = rows(connection, FACTS, "kind", "content", "begin", "until")
    return [(msgspec.json.decode(c), b, u) for k, c, b, u in found if k == kind]


def test_of_nothing_nothing_is_known(connection):
    found = facts(connection, 1)
    assert (found.rules, found.shared, found.digests("findings")) == ({}, (), {})
    assert not found.openness.asks(APPROVAL)


def test_of_every_run_it_is_known_what_the_one_before_it_left(connection):
    for number, sources in enumerate((["a"], ["a"], ["a", "b"], ["b"]), start=1):
        digests = {"settings": dict.fromkeys(sources, "d"), "findings": {"c": "d"}}
        facts(connection, number).store(night(number), [], digests)

    def before(number: int) -> frozenset[str]:
        return digested_before(context(connection, number), "settings")

    assert list(map(before, range(1, 6))) == [set(), {"a"}, {"a"}, {"a", "b"}, {"b"}]


def test_what_a_run_left_is_known_to_the_next(connection):
    audit = night(1, sources=(replace(READ[0], status="partial", reason="R"),))
    facts(connection, 1).store(audit, [HELD, OTHER], {"findings": {APPROVAL: "d"}, "settings": {}})
    found = facts(connection, 2)
    assert found.rules == rules_of(audit)
    assert set(found.shared) == {HELD, OTHER}
    assert found.digests("findings") == {APPROVAL: "d"}
    assert found.digests("settings") == {}
    assert found.openness.asks(APPROVAL)
    assert found.openness.hides(APPROVAL, mailbox(1))
    assert not found.openness.hides(UNTESTED, mailbox(1))
    (source,) = contents(connection, "source")
    assert source[0] == {
        "name": READ[0].name, "status": "partial", "reason": "R", "remedy": "",
    }  # fmt: skip


def test_what_stays_is_one_row_and_what_goes_ends(connection):
    facts(connection, 1).store(night(1), [HELD], {"findings": {APPROVAL: "d"}})
    before = len(rows(connection, FACTS, "row"))
    facts(connection, 2).store(night(2), [HELD], {"findings": {APPROVAL: "d"}})
    assert len(rows(connection, FACTS, "row")) == before
    facts(connection, 3).store(night(3), [], {"findings": {APPROVAL: "e"}})
    assert [each[1:] for each in contents(connection, "shared")] == [(1, 3)]
    assert [(each[0]["digest"], *each[1:]) for each in contents(connection, "findings")] == [
        ("d", 1, 3), ("e", 3, None),
    ]  # fmt: skip
    assert facts(connection, 4).shared == ()


def test_of_a_rule_that_was_not_asked_what_is_known_stays(connection):
    facts(connection, 1).store(night(1), [HELD, OTHER], {})
    without = tuple(each for each in RULES if each.rule.id != APPROVAL)
    facts(connection, 2).store(night(2, rules=without), [], {})
    found = facts(connection, 3)
    assert found.shared == (HELD,)
    assert set(found.rules) == {each.rule.id for each in RULES}


def test_another_version_of_a_rule_takes_its_place(connection):
    facts(connection, 1).store(night(1), [], {})
    changed = replace(RULES[0], rule=replace(RULES[0].rule, title="Another"))
    facts(connection, 2).store(night(2, rules=(changed, *RULES[1:])), [], {})
    found = facts(connection, 3).rules[RULES[0].rule.id]
    assert msgspec.json.decode(found)["title"] == "Another"


def test_the_first_causes_are_kept(connection, monkeypatch):
    facts(connection, 1).store(night(1, **of_causes(*CAUSES)), [], {})
    assert len(contents(connection, "cause")) == 2
    monkeypatch.setattr(fact_rows, "FIRST_CAUSES", 1)
    facts(connection, 2).store(night(2, **of_causes(*CAUSES)), [], {})
    assert [each[0]["id"] for each in contents(connection, "cause") if each[2] is None] == [
        CAUSES[0].id
    ]


def test_of_another_environment_nothing_is_known(connection):
    facts(connection, 1).store(night(1), [HELD], {})
    connection.execute(sa.insert(ENVIRONMENTS).values(name="fabrikam", url=""))
    assert FactRows(replace(context(connection, 2), environment=2)).rules == {}
