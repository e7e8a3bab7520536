import pytest

from rules.lifecycle.dynamics_end_of_support import check
from rules.unknown import Undecided
from tests.rules.facts import MISSING, on_premises, organization
from tests.rules.gravity import gravity
from tests.rules.lifecycle.days import days_before, on, told


@pytest.mark.parametrize(
    ("version", "end"),
    [((7, 0, 1), "2025-01-14"), ((8, 2, 40), "2026-01-13"), ((9, 1, 18, 22), "2029-01-09")],
)
@pytest.mark.parametrize(("days", "expected"), [(180, "warning"), (1, "warning"), (0, "error")])
def test_each_line_has_its_day(version, end, days, expected):
    verdict = check(on_premises(version=version), days_before(end, days))
    assert told(verdict) == expected
    assert end in verdict.message


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-07-15", "pass"),
        ("2026-07-16", "warning"),
        ("2027-01-12", "warning"),
        ("2027-01-13", "warning"),
    ],
)
def test_the_end_of_mainstream_support_is_no_more_than_a_warning(day, expected):
    assert told(check(on_premises(), on(day))) == expected


def test_a_line_without_dates_is_undetermined():
    assert told(check(on_premises(version=(10, 0)), on("2026-11-23"))) == "undetermined"


def test_online_has_no_end():
    online = organization(version=(8, 2))
    assert told(check(online, on("2026-11-23"))) == "not-applicable"


@pytest.mark.parametrize("hidden", ["deployment", "version"])
def test_what_is_not_known_is_undetermined(hidden):
    with pytest.raises(Undecided):
        check(on_premises(**{hidden: MISSING}), on("2026-11-23"))


def test_how_grave_its_failure_is():
    assert gravity("dynamics-end-of-support") == ("error", "unsupported")
