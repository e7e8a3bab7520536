import pytest

from rules.email_systems import Product
from rules.lifecycle.exchange_server_end_of_support import check
from rules.unknown import Undecided
from tests.rules.facts import MISSING, exchange_server_profile, pop3_profile, profile
from tests.rules.gravity import gravity
from tests.rules.lifecycle.days import STOPS, days_before, on, told

TODAY = on("2026-11-23")


def behind(product):
    return exchange_server_profile(both={"product": product})


@pytest.mark.parametrize(
    ("product", "last_day"),
    [
        (Product.EXCHANGE_2010, "2020-10-13"),
        (Product.EXCHANGE_2013, "2023-04-11"),
        (Product.EXCHANGE_2013_SP1, "2023-04-11"),
        (Product.EXCHANGE_2016, "2025-10-14"),
        (Product.EXCHANGE_2019, "2025-10-14"),
    ],
)
@pytest.mark.parametrize(("days", "expected"), STOPS)
def test_each_version_has_its_last_day(product, last_day, days, expected):
    verdict = check(behind(product), days_before(last_day, days))
    assert told(verdict) == expected
    assert expected != "warning" or last_day in verdict.message


def test_subscription_edition_has_no_end_on_file():
    assert told(check(behind(Product.EXCHANGE_SUBSCRIPTION_EDITION), TODAY)) == "pass"


@pytest.mark.parametrize("subject", [profile(), pop3_profile()])
def test_other_email_systems_are_not_meant(subject):
    assert told(check(subject, TODAY)) == "not-applicable"


def test_one_direction_out_of_support_is_enough():
    mixed = exchange_server_profile(
        incoming={"product": MISSING}, outgoing={"product": Product.EXCHANGE_2016}
    )
    assert told(check(mixed, TODAY)) == "error"


def test_an_error_goes_before_a_warning():
    mixed = exchange_server_profile(
        incoming={"product": Product.EXCHANGE_2016}, outgoing={"product": Product.EXCHANGE_2013}
    )
    assert told(check(mixed, on("2025-06-01"))) == "error"


@pytest.mark.parametrize(
    "other", [Product.EXCHANGE_SUBSCRIPTION_EDITION, Product.EXCHANGE_ONLINE, MISSING]
)
def test_an_unproven_product_is_undetermined(other):
    with pytest.raises(Undecided):
        check(
            exchange_server_profile(incoming={"product": other}, outgoing={"product": MISSING}),
            TODAY,
        )


def test_how_grave_its_failure_is():
    assert gravity("exchange-server-end-of-support") == ("error", "unsupported")
