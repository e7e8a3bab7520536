import pytest

from rules.edition import load
from rules.email_systems import Product
from rules.support.exchange_2013_without_service_pack_1 import ROWS, check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, exchange_server_profile, on_premises, organization, profile
from tests.rules.gravity import gravity

ONLINE = load("online")


def running(build, product=Product.EXCHANGE_2013, **changes):
    return exchange_server_profile(both={"product": product, "build": build}, **changes)


@pytest.mark.parametrize(
    ("build", "product", "expected"),
    [
        ((15, 0, 516, 32), Product.EXCHANGE_2013, "fail"),
        ((15, 0, 847, 31), Product.EXCHANGE_2013, "fail"),
        ((15, 0, 847, 32), Product.EXCHANGE_2013_SP1, "pass"),
        ((15, 0, 1497, 48), Product.EXCHANGE_2013_SP1, "pass"),
    ],
)
def test_the_build_of_service_pack_1_is_the_boundary(build, product, expected):
    verdict = check(running(build, product), organization(), ONLINE)
    assert outcome(verdict) == expected
    assert verdict.statements == ROWS


def test_under_2016_it_is_also_what_the_matrix_leaves_out():
    verdict = check(running((15, 0, 516, 32)), organization(), load("crm-2016"))
    assert verdict.statements == (*ROWS, "S17-70")


def test_one_direction_is_enough_even_where_the_other_is_unknown():
    subject = running((15, 0, 516, 32), outgoing={"product": MISSING})
    assert outcome(check(subject, organization(), ONLINE)) == "fail"


@pytest.mark.parametrize(
    "subject",
    [running(MISSING), running(None), running((15, 0, 847, 32), MISSING)],
)
def test_undetermined_where_the_build_is_unknown(subject):
    with pytest.raises(Undecided):
        check(subject, organization(), ONLINE)


@pytest.mark.parametrize("subject", [profile(), exchange_server_profile()])
def test_other_systems_are_not_meant(subject):
    assert outcome(check(subject, organization(), ONLINE)) == "not-applicable"


def test_on_premises_any_build_is_listed():
    verdict = check(running((15, 0, 516, 32)), on_premises(), load("crm-2016"))
    assert outcome(verdict) == "not-applicable"


def test_how_grave_its_failure_is():
    assert gravity("exchange-2013-without-service-pack-1") == ("error", "unsupported")
