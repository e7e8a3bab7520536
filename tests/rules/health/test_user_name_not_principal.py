import pytest

from rules.health.user_name_not_principal import check
from rules.option_sets import ProfileTestStatus
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import (
    MISSING,
    exchange_server_profile,
    on_premises,
    organization,
    pop3_profile,
    profile,
)
from tests.rules.gravity import gravity

FAILED = {"last_test": ProfileTestStatus.FAILURE}


def own(principal, **changes):
    return exchange_server_profile(both={"user_name_is_principal": principal}, **changes)


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        (own(False, **FAILED), "fail"),
        (own(False, last_authorization=ProfileTestStatus.FAILURE), "fail"),
        (own(True, **FAILED), "pass"),
        (own(None, **FAILED), "pass"),
        (own(False), "pass"),
    ],
)
def test_the_form_counts_where_the_test_failed(subject, expected):
    assert outcome(check(subject, organization())) == expected


@pytest.mark.parametrize(
    ("subject", "where"),
    [
        (own(False, **FAILED), on_premises()),
        (profile(**FAILED), organization()),
        (pop3_profile(**FAILED), organization()),
    ],
)
def test_elsewhere_either_form_will_do(subject, where):
    assert outcome(check(subject, where)) == "not-applicable"


@pytest.mark.parametrize("subject", [own(MISSING, **FAILED), own(False, last_test=MISSING)])
def test_what_is_not_known_is_undetermined(subject):
    with pytest.raises(Undecided):
        check(subject, organization())


def test_how_grave_its_failure_is():
    assert gravity("user-name-not-principal") == ("warning", "advice")
