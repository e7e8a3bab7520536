import pytest

from rules.lifecycle.on_premises_with_exchange_online_end_of_support import check
from rules.unknown import Undecided
from tests.rules.facts import (
    MISSING,
    exchange_server_profile,
    on_premises,
    organization,
    profile,
    reads_online,
)
from tests.rules.gravity import gravity
from tests.rules.lifecycle.days import STOPS, days_before, on, told

V8, V9 = (8, 2, 2, 112), (9, 1, 18, 22)


@pytest.mark.parametrize(("days", "expected"), STOPS)
@pytest.mark.parametrize(("version", "end"), [(V8, "2026-05-25"), (V9, "2027-04-01")])
def test_each_version_has_its_own_day(version, end, days, expected):
    verdict = check(profile(), on_premises(version=version), days_before(end, days))
    assert told(verdict) == expected
    assert expected == "pass" or end in verdict.message


def test_the_finding_says_how_the_page_writes_the_version():
    assert "v8.0" in check(profile(), on_premises(version=V8), on("2026-11-29")).message


@pytest.mark.parametrize(
    ("subject", "where"),
    [
        (profile(), organization()),
        (exchange_server_profile(), on_premises()),
        (profile(), on_premises(version=(7, 0))),
    ],
)
def test_other_pairs_and_versions_are_not_meant(subject, where):
    assert told(check(subject, where, on("2030-01-01"))) == "not-applicable"


@pytest.mark.parametrize(
    ("subject", "where"),
    [
        (profile(reaches_exchange_online=MISSING), on_premises()),
        (profile(), on_premises(version=MISSING)),
        (profile(), on_premises(deployment=MISSING)),
    ],
)
def test_an_unknown_pair_or_version_is_undetermined(subject, where):
    with pytest.raises(Undecided):
        check(subject, where, on("2026-11-29"))


def test_one_direction_that_leads_there_is_enough_and_is_named():
    verdict = check(reads_online(), on_premises(version=V9), on("2027-04-01"))
    assert (told(verdict), verdict.directions) == ("error", ("incoming",))


def test_how_grave_its_failure_is():
    assert gravity("on-premises-with-exchange-online-end-of-support") == ("error", "unsupported")
