"""What keeps mailboxes from being judged, added up by what would settle it."""

from auditor.findings.totals import _missing
from rules.evidence import Cause
from rules.verdict import Undetermined

GRANT, ASK = "Grant it.", "Ask somebody."
USERS = Cause("source", "graph.users", "users")
TENANT = Cause("source", "graph.organization", "tenant")


def left_open(remedy: str, cause: Cause | None = None) -> Undetermined:
    return Undetermined("It is not known.", remedy, cause=cause)


def test_mailboxes_are_counted_once_for_each_remedy_that_they_lack_most_first() -> None:
    found = _missing(
        [
            (3, [("one", left_open(GRANT, USERS)), ("two", left_open(GRANT, TENANT))]),
            (4, [("one", left_open(ASK))]),
            (2, [("two", left_open(GRANT, USERS)), ("one", left_open(ASK))]),
        ]
    )
    assert [(each.remedy, each.mailboxes, each.rules) for each in found] == [
        (ASK, 6, ("one",)),
        (GRANT, 5, ("one", "two")),
    ]
    assert [[cause.code for cause in each.causes] for each in found] == [
        [],
        ["graph.organization:tenant", "graph.users:users"],
    ]


def test_equal_numbers_go_by_the_alphabet() -> None:
    found = _missing([(1, [("one", left_open(GRANT)), ("two", left_open(ASK))])])
    assert [each.remedy for each in found] == [ASK, GRANT]


def test_where_nothing_is_open_nothing_is_missing() -> None:
    assert _missing([]) == ()
