"""The life of a finding from night to night: a row for each change, and none where nothing did."""

from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
from msgspec.structs import replace
from sqlalchemy.engine import Connection

from auditor.differences import Difference
from auditor.history import finding_rows
from auditor.history.finding_rows import FindingRows, extents_of
from auditor.history.tables import FINDINGS, LIVES
from auditor.model import Affected, Extent, Finding, SharedCause, SourceOf, Waived
from tests.auditor import rows as made
from tests.auditor.history.memory import READ, RULES, memory, night, rows, started, stored
from tests.auditor.reports.audits import APPROVAL, ORGANIZATION, UNTESTED, finding, mailbox

FAILS = finding(APPROVAL, mailbox(1))
OPEN = finding(APPROVAL, mailbox(1), "undetermined")
WAIVED = replace(FAILS, waived=Waived("why", "2027-01-01"))
LOST = SharedCause(code="graph.users:forbidden", source="graph.users")
SHARED = finding(
    APPROVAL, ORGANIZATION, "undetermined", cause=LOST, affected=Affected("mailbox", 40, 3, ())
)
ANNA = made.mailbox(mailbox(1).id)
BOB = made.mailbox(mailbox(2).id)


@pytest.fixture
def connection() -> Iterator[Connection]:
    with memory() as made:
        yield made


def told(difference: Difference) -> list[tuple[str, str, str | None, str]]:
    """What became of the findings of the first mailbox."""
    return [
        (each.change, each.reason, each.verdict, each.first_seen)
        for each in difference.findings
        if each.subject.id == mailbox(1).id
    ]


def lives(connection: Connection) -> list[tuple[Any, ...]]:
    """The states of the first finding that was met: number of the run, its end, state, change."""
    every = rows(connection, LIVES, "finding", "begin", "until", "state", "change", "reason")
    first = min(each[0] for each in every)
    return [each[1:] for each in every if each[0] == first]


def test_of_a_first_night_nothing_is_a_change_and_everything_is_stored(connection):
    found = stored(connection, night(1, FAILS))
    assert (found.findings, found.still) == ((), 0)
    assert lives(connection) == [(1, None, "F", "new", "setting")]
    names = ("rule", "kind", "subject", "name", "address", "first_seen", "state", "severity")
    assert rows(connection, FINDINGS, *names) == [
        (APPROVAL, "mailbox", mailbox(1).id, "Mailbox 1", "user1@contoso.example", started(1),
         "F", "error"),
    ]  # fmt: skip


def test_what_is_as_it_was_adds_no_row(connection):
    stored(connection, night(1, FAILS))
    found = stored(connection, night(2, FAILS))
    assert (found.findings, found.still) == ((), 1)
    assert len(lives(connection)) == 1


def test_beside_a_change_what_is_as_it_was_is_counted(connection):
    other = finding(APPROVAL, mailbox(2))
    stored(connection, night(1, FAILS))
    found = stored(connection, night(2, FAILS, other))
    assert ([each.change for each in found.findings], found.still) == (["new"], 1)
    assert found.findings[0].first_seen == started(2)
    assert len(rows(connection, LIVES, "finding")) == 2


def test_a_life_goes_on_from_night_to_night(connection):
    stored(connection, night(1))
    assert told(stored(connection, night(2, FAILS))) == [("new", "setting", "fail", started(2))]
    assert told(stored(connection, night(3, OPEN))) == [
        ("became-undetermined", "setting", "undetermined", started(2))
    ]
    assert told(stored(connection, night(4, WAIVED))) == [("waived", "waiver", "fail", started(2))]
    assert told(stored(connection, night(5, FAILS))) == [
        ("waiver-expired", "waiver", "fail", started(2))
    ]
    assert told(stored(connection, night(6))) == [("fixed", "setting", None, started(2))]
    assert told(stored(connection, night(7, FAILS))) == [
        ("reopened", "setting", "fail", started(2))
    ]
    assert [each[:4] for each in lives(connection)] == [
        (2, 3, "F", "new"),
        (3, 4, "V", "became-undetermined"),
        (4, 5, "W", "waived"),
        (5, 6, "F", "waiver-expired"),
        (6, 7, "", "fixed"),
        (7, None, "F", "reopened"),
    ]
    assert rows(connection, FINDINGS, "state") == [("F",)]


@pytest.mark.parametrize("again", [OPEN, WAIVED])
def test_each_state_may_stay_as_it_is(connection, again):
    stored(connection, night(1, FAILS))
    stored(connection, night(2, again))
    other = finding(APPROVAL, mailbox(2))
    found = stored(connection, night(3, again, other))
    assert (told(found), found.still) == ([], 1)


def test_another_severity_is_another_life_and_no_change(connection):
    stored(connection, night(1, FAILS))
    found = stored(connection, night(2, replace(FAILS, severity="warning")))
    assert (found.findings, found.still) == ((), 1)
    assert rows(connection, LIVES, "state", "severity", "change") == [
        ("F", "error", "new"), ("F", "warning", "still"),
    ]  # fmt: skip
    assert rows(connection, FINDINGS, "severity") == [("warning",)]
    assert stored(connection, night(3)).findings[0].severity == "warning"


class TestHidden:
    BECAME: ClassVar = [("became-undetermined", "source", "undetermined", started(1))]

    def test_what_a_night_could_not_judge_is_not_resolved(self, connection):
        stored(connection, night(1, FAILS))
        assert told(stored(connection, night(2, SHARED))) == self.BECAME
        again = stored(connection, night(3, SHARED))
        assert told(again) == []
        assert again.still == 2
        assert [each[2] for each in lives(connection)] == ["F", "f"]

    def test_it_goes_on_once_it_is_judged(self, connection):
        stored(connection, night(1, FAILS))
        stored(connection, night(2, SHARED))
        assert told(stored(connection, night(3, FAILS))) == []
        assert lives(connection)[-1][2:4] == ("F", "still")
        stored(connection, night(4, SHARED))
        assert told(stored(connection, night(5))) == [("fixed", "setting", None, started(1))]

    def test_what_it_says_now_comes_of_the_source(self, connection):
        stored(connection, night(1, FAILS))
        stored(connection, night(2, SHARED))
        assert told(stored(connection, night(3, OPEN))) == self.BECAME

    def test_what_the_night_before_hid_is_not_new(self, connection):
        stored(connection, night(1, SHARED))
        assert told(stored(connection, night(2, FAILS))) == [
            ("established", "source", "fail", started(2))
        ]

    def test_nor_after_a_night_that_was_the_same(self, connection):
        stored(connection, night(1, SHARED))
        assert stored(connection, night(2, SHARED)).still == 1
        assert told(stored(connection, night(3, FAILS)))[0][0] == "established"

    def test_a_cause_that_stood_beside_it_hides_nothing(self, connection):
        stored(connection, night(1, FAILS, SHARED))
        assert told(stored(connection, night(2, SHARED)))[0][:2] == ("fixed", "setting")

    def test_a_source_that_is_lost_hides_it_all_the_same(self, connection):
        lost = (*READ, SourceOf("graph.users", "failed", 0, 1, "", ""))
        stored(connection, night(1, FAILS, SHARED))
        assert told(stored(connection, night(2, SHARED, sources=lost))) == self.BECAME

    def test_one_whose_record_is_gone_is_looked_at(self, connection):
        stored(connection, night(1, FAILS), ANNA, BOB)
        stored(connection, night(2, SHARED), ANNA, BOB)
        assert told(stored(connection, night(3, SHARED), BOB)) == [
            ("fixed", "subject-gone", None, started(1))
        ]


WITHOUT = tuple(each for each in RULES if each.rule.id != APPROVAL)


class TestNotAsked:
    def test_what_is_known_stays(self, connection):
        stored(connection, night(1, FAILS))
        found = stored(connection, night(2, finding(UNTESTED, mailbox(2)), rules=WITHOUT))
        assert told(found) == []
        assert len(lives(connection)) == 1

    def test_the_next_night_that_is_the_same_makes_no_finding(self, connection):
        stored(connection, night(1, FAILS))
        stored(connection, night(2, rules=WITHOUT))

        def refuse() -> Any:
            raise AssertionError

        extents = [replace(each, findings=refuse) for each in extents_of(night(3, FAILS))]
        third = night(3, FAILS, extents=extents.__iter__, findings=refuse)
        found = stored(connection, third)
        assert (found.findings, found.still) == ((), 1)

    def test_what_is_gone_is_fixed_and_may_come_back(self, connection):
        stored(connection, night(1, FAILS), ANNA, BOB)
        assert told(stored(connection, night(2, rules=WITHOUT), BOB)) == [
            ("fixed", "subject-gone", None, started(1))
        ]
        assert told(stored(connection, night(3, FAILS), ANNA, BOB)) == [
            ("reopened", "setting", "fail", started(1))
        ]

    def test_what_the_first_night_asks_is_new_and_not_hidden(self, connection):
        stored(connection, night(1, rules=WITHOUT))
        assert told(stored(connection, night(2, FAILS)))[0][:2] == ("new", "rule")


def test_settings_are_told_with_what_they_broke(connection):
    stored(connection, night(1), ANNA)
    (change,) = stored(connection, night(2, FAILS), replace(ANNA, statecode=1)).findings
    assert [each.field for each in change.settings] == ["statecode"]
    (change,) = stored(connection, night(3, WAIVED), replace(ANNA, statecode=0)).findings
    assert (change.reason, change.settings) == ("waiver", ())


def test_many_findings_are_taken_some_at_a_time(connection, monkeypatch):
    monkeypatch.setattr(finding_rows, "_BATCH", 2)
    taken, flushed = [], []
    take, flush = FindingRows._take, FindingRows._flush

    def note_take(self: FindingRows, met: list[Any]) -> None:
        taken.append(len(met))
        take(self, met)

    def note_flush(self: FindingRows) -> None:
        flushed.append(len(self._new_lives))
        flush(self)

    monkeypatch.setattr(FindingRows, "_take", note_take)
    monkeypatch.setattr(FindingRows, "_flush", note_flush)
    stored(connection, night(1, *(finding(APPROVAL, mailbox(number)) for number in range(5))))
    assert taken == [2, 2, 1]
    assert flushed == [2, 2, 1]
    assert len(rows(connection, LIVES, "finding")) == 5


class TestExtents:
    def test_an_audit_that_tells_of_them_is_believed(self):
        own = Extent(APPROVAL, "error", 1, b"d", (), lambda: iter(()))
        assert list(extents_of(night(1, extents=lambda: iter((own,))))) == [own]

    def test_else_they_are_made_by_severity_and_rule(self):
        other = finding(UNTESTED, mailbox(2))
        listed = (other, SHARED, FAILS)
        found = {each.rule: each for each in extents_of(night(1, *listed))}
        approval = found[APPROVAL]
        assert (approval.severity, approval.count, approval.shared) == ("error", 2, (SHARED,))
        assert list(approval.findings()) == [SHARED, FAILS]
        assert (found[UNTESTED].count, found[UNTESTED].shared) == (1, ())

    def test_another_way_to_end_is_another_digest(self):
        def digest(of: Finding) -> bytes:
            (extent,) = extents_of(night(1, of))
            return extent.digest

        assert len({digest(each) for each in (FAILS, OPEN, WAIVED)}) == 3
