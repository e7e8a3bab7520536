import pytest

from rules.lifecycle.application_graph_permissions_missing import check
from rules.unknown import Undecided
from tests.rules.facts import MISSING, on_premises, organization, profile
from tests.rules.gravity import gravity
from tests.rules.lifecycle.days import on, told

LACKING = profile(missing_graph_permissions=("Mail.Send", "Calendars.ReadWrite"))


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2026-11-29", "warning"), ("2027-03-31", "warning"), ("2027-04-01", "error")],
)
def test_missing_permissions_are_named_and_an_error_once_nothing_else_is_left(day, expected):
    verdict = check(LACKING, organization(), on(day))
    assert told(verdict) == expected
    assert "Mail.Send, Calendars.ReadWrite" in verdict.message
    assert "2027-04-01" in verdict.message


def test_an_application_that_has_all_passes():
    subject = profile(missing_graph_permissions=())
    assert told(check(subject, organization(), on("2028-01-01"))) == "pass"


def test_profiles_without_an_application_of_their_own_are_not_meant():
    assert told(check(profile(), organization(), on("2028-01-01"))) == "not-applicable"
    assert told(check(LACKING, on_premises(), on("2028-01-01"))) == "not-applicable"


def test_what_was_not_read_is_undetermined():
    with pytest.raises(Undecided):
        check(profile(missing_graph_permissions=MISSING), organization(), on("2026-11-29"))


def test_how_grave_its_failure_is():
    assert gravity("application-graph-permissions-missing") == ("error", "stops")
