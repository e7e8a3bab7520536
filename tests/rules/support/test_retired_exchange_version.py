import pytest

from rules.edition import load
from rules.email_systems import Product
from rules.support.retired_exchange_version import check
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

PLACES = {"online": organization(), "on-premises": on_premises()}


def judged(edition, place, product):
    subject = exchange_server_profile(both={"product": product})
    return check(subject, PLACES[place], load(edition))


@pytest.mark.parametrize(
    ("edition", "place", "product", "statement"),
    [
        ("crm-2016", "on-premises", Product.EXCHANGE_2003, "S17-61"),
        ("crm-2016", "online", Product.EXCHANGE_2007, "S17-62"),
        ("customer-engagement-9", "on-premises", Product.EXCHANGE_2003, "OP9-44"),
        ("customer-engagement-9", "on-premises", Product.EXCHANGE_2007, "OP9-45"),
        ("customer-engagement-2018", "online", Product.EXCHANGE_2007, "ON9-67"),
        ("online", "online", Product.EXCHANGE_2010, "CUR-43"),
        ("online", "online", Product.EXCHANGE_2003, "CUR-44"),
        ("online", "online", Product.EXCHANGE_2007, "CUR-45"),
    ],
)
def test_each_version_fails_by_its_own_statement(edition, place, product, statement):
    verdict = judged(edition, place, product)
    assert outcome(verdict) == "fail"
    assert verdict.statements == (statement,)
    assert product.value in verdict.message


@pytest.mark.parametrize(
    ("edition", "place"),
    [
        ("crm-2016", "online"),
        ("customer-engagement-9", "on-premises"),
        ("customer-engagement-2018", "online"),
    ],
)
def test_2010_is_ruled_out_by_the_newest_edition_alone(edition, place):
    assert outcome(judged(edition, place, Product.EXCHANGE_2010)) == "pass"


@pytest.mark.parametrize("product", [Product.EXCHANGE_2013, Product.EXCHANGE_2019])
def test_later_versions_pass(product):
    assert outcome(judged("online", "online", product)) == "pass"


def test_one_direction_is_enough_even_where_the_other_is_unknown():
    subject = exchange_server_profile(
        incoming={"product": MISSING}, outgoing={"product": Product.EXCHANGE_2007}
    )
    assert outcome(check(subject, organization(), load("online"))) == "fail"


def test_undetermined_where_the_version_is_not_proven():
    with pytest.raises(Undecided):
        judged("online", "online", MISSING)


@pytest.mark.parametrize("subject", [profile(), pop3_profile()])
def test_only_exchange_server_is_meant(subject):
    assert outcome(check(subject, organization(), load("online"))) == "not-applicable"


def test_an_edition_that_does_not_speak_of_the_deployment_says_nothing():
    assert outcome(judged("online", "on-premises", Product.EXCHANGE_2003)) == "not-applicable"


def test_how_grave_its_failure_is():
    assert gravity("retired-exchange-version") == ("error", "unsupported")
