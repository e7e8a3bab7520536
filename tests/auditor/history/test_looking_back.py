"""What the history tells of earlier runs: which there are, and what each found otherwise."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace
from sqlalchemy.engine import Connection

from auditor.differences import Difference
from auditor.history.looking_back import difference, runs
from auditor.history.problems import HistoryProblem
from auditor.history.runs import numbers_of
from auditor.model import Affected, SharedCause, Subject, Waived
from tests.auditor import rows as made
from tests.auditor.history.memory import MAILBOXES, PROFILES, memory, night, started, stored
from tests.auditor.reports.audits import (
    APPROVAL,
    FAILING,
    ORGANIZATION,
    PROFILE,
    audit_of,
    finding,
    mailbox,
)

FAILS = finding(APPROVAL, mailbox(1))
OPEN = finding(APPROVAL, mailbox(1), "undetermined")
WAIVED = replace(FAILS, waived=Waived("why", "2027-01-01"))
LOST = SharedCause(code="graph.users:forbidden", source="graph.users")
SHARED = finding(
    APPROVAL, ORGANIZATION, "undetermined", cause=LOST, affected=Affected("mailbox", 40, 3, ())
)
FABRIKAM = replace(audit_of().environment, name="fabrikam", url="https://fabrikam.example/")


@pytest.fixture
def connection() -> Iterator[Connection]:
    with memory() as made:
        yield made


def test_runs_are_listed_the_oldest_first(connection):
    stored(connection, night(1, FAILS))
    stored(connection, night(2, environment=FABRIKAM, complete=False))
    stored(connection, night(3))
    first, second, third = runs(connection, None)
    assert [first.id, second.id, third.id] == ["night-1", "night-2", "night-3"]
    assert [each.id for each in runs(connection, "contoso")] == ["night-1", "night-3"]
    assert runs(connection, "nobody") == ()
    assert (first.environment, first.started_at, first.as_of) == (
        "contoso", started(1), "2026-11-23",
    )  # fmt: skip
    assert (first.tool_version, first.edition) == ("0.1.0", "customer-engagement-9")
    assert (first.complete, second.complete) == (True, False)
    assert replace(first.numbers, changes={}) == numbers_of(night(1))
    assert (first.numbers.changes, third.numbers.changes) == ({"new": 1}, {"fixed": 1})


class TestWhich:
    @pytest.mark.parametrize("run", ["night-1", "night-1%"])
    def test_a_run_goes_by_its_id(self, connection, run):
        stored(connection, night(1))
        assert difference(connection, run).new.id == "night-1"

    def test_or_by_how_it_begins(self, connection):
        stored(connection, night(1))
        assert difference(connection, "ni").new.id == "night-1"

    @pytest.mark.parametrize("run", ["", "%", "_", "\\", "x", "ight", "night_1"])
    def test_another_one_is_refused(self, connection, run):
        stored(connection, night(1))
        with pytest.raises(HistoryProblem, match="no stored run"):
            difference(connection, run)

    def test_one_that_several_begin_with_is_refused(self, connection):
        stored(connection, night(1))
        stored(connection, night(2))
        with pytest.raises(HistoryProblem, match="several stored runs begin with 'night'"):
            difference(connection, "night")


def without_pages(of: Difference) -> Difference:
    found = [replace(each, subject=replace(each.subject, url="")) for each in of.findings]
    return replace(of, findings=tuple(found))


def test_every_night_says_what_it_said_when_it_was_stored(connection):
    nights = {}
    anna = made.mailbox(mailbox(1).id)
    for number, listed, record in (
        (1, (FAILS,), anna),
        (2, (OPEN,), anna),
        (3, (WAIVED,), anna),
        (4, (FAILS,), replace(anna, statecode=1)),
        (5, (SHARED,), anna),
        (6, (), anna),
        (7, (FAILS,), replace(anna, statecode=1)),
        (8, (replace(FAILS, severity="warning"),), anna),
        (9, (), anna),
    ):
        nights[number] = stored(connection, night(number, *listed), record)
    for number, then in nights.items():
        said = difference(connection, f"night-{number}")
        assert without_pages(said) == without_pages(then)
    assert [[(each.change, each.verdict) for each in of.findings] for of in nights.values()] == [
        [],
        [("became-undetermined", "undetermined")],
        [("waived", "fail")],
        [("waiver-expired", "fail")],
        [("new", "undetermined"), ("became-undetermined", "undetermined")],
        [("established", None), ("fixed", None)],
        [("reopened", "fail")],
        [],
        [("fixed", None)],
    ]


@pytest.mark.parametrize("is_whole", [True, False])
def test_a_record_is_new_where_its_source_was_read_in_full_before(connection, is_whole):
    anna, bob = (made.mailbox(mailbox(number).id) for number in (1, 2))
    stored(connection, night(1), anna, whole=(MAILBOXES,) if is_whole else (PROFILES,))
    told = stored(connection, night(2), anna, bob)
    stored(connection, night(3), anna, bob)
    assert [each.change for each in told.subjects or ()] == ["added"] * is_whole
    assert difference(connection, "night-2").subjects == told.subjects


def test_a_first_run_differs_from_none(connection):
    stored(connection, night(1, FAILS), made.mailbox(mailbox(1).id))
    stored(connection, night(2), made.mailbox(mailbox(1).id))
    found = difference(connection, "night-1")
    assert (found.old, found.findings, found.subjects) == (None, (), None)
    assert difference(connection, "night-2").subjects == ()


def test_the_run_before_is_the_last_of_the_same_environment(connection):
    stored(connection, night(1))
    stored(connection, night(2))
    stored(connection, night(3, environment=FABRIKAM))
    stored(connection, night(4))
    stored(connection, night(5))
    old = difference(connection, "night-4").old
    assert old is not None
    assert (old.id, old.environment) == ("night-2", "contoso")


@pytest.mark.parametrize(
    ("subject", "url"),
    [
        (ORGANIZATION, "https://crm.contoso.local/Contoso"),
        (
            mailbox(1),
            "https://crm.contoso.local/Contoso/main.aspx?etn=mailbox&pagetype=entityrecord"
            f"&id=%7B{mailbox(1).id}%7D",
        ),
        (
            PROFILE,
            "https://crm.contoso.local/Contoso/main.aspx?etn=emailserverprofile"
            f"&pagetype=entityrecord&id=%7B{PROFILE.id}%7D",
        ),
        (Subject("tenant", "t"), ""),
    ],
)
def test_a_subject_has_its_page(connection, subject, url):
    stored(connection, night(1))
    stored(connection, night(2, finding(FAILING, subject)))
    (change,) = difference(connection, "night-2").findings
    assert change.subject.url == url


def test_settings_are_told_of_what_rests_on_them(connection):
    anna = made.mailbox(mailbox(1).id)
    stored(connection, night(1), anna)
    stored(connection, night(2, FAILS), replace(anna, statecode=1))
    stored(connection, night(3, WAIVED), replace(anna, statecode=0))
    (new,) = difference(connection, "night-2").findings
    assert [each.field for each in new.settings] == ["statecode"]
    (waived,) = difference(connection, "night-3").findings
    assert waived.settings == ()


def test_a_waiver_that_ends_on_what_is_open_leaves_it_open(connection):
    stored(connection, night(1, WAIVED))
    stored(connection, night(2, OPEN))
    (change,) = difference(connection, "night-2").findings
    assert (change.change, change.verdict) == ("waiver-expired", "undetermined")
