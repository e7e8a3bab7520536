import pytest

from rules.edition import load
from rules.email_systems import Product, Protocol
from rules.support.unsupported_email_system import check
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


def judged(edition, place, product, **changes):
    subject = exchange_server_profile(both={"product": product, **changes})
    return check(subject, PLACES[place], load(edition))


@pytest.mark.parametrize(
    ("edition", "place", "product", "cell"),
    [
        ("crm-2016", "on-premises", Product.EXCHANGE_ONLINE, "S17-01"),
        ("crm-2016", "on-premises", Product.EXCHANGE_2013, "S17-04"),
        ("crm-2016", "on-premises", Product.EXCHANGE_2013_SP1, "S17-04"),
        ("crm-2016", "on-premises", Product.EXCHANGE_2016, "S17-07"),
        ("crm-2016", "online", Product.EXCHANGE_2016, "S17-31"),
        ("customer-engagement-9", "on-premises", Product.EXCHANGE_2010, "OP9-04"),
        ("customer-engagement-9", "on-premises", Product.EXCHANGE_2019, "OP9-13"),
        ("online", "online", Product.EXCHANGE_ONLINE, "CUR-01"),
        ("online", "online", Product.EXCHANGE_2019, "CUR-10"),
    ],
)
def test_a_listed_exchange_passes_and_decides_its_cell(edition, place, product, cell):
    verdict = judged(edition, place, product)
    assert outcome(verdict) == "pass"
    assert cell in verdict.statements


@pytest.mark.parametrize(
    ("edition", "place", "product", "cell"),
    [
        ("crm-2016", "on-premises", Product.MSN, "S17-16"),
        ("crm-2016", "online", Product.GMAIL, "S17-34"),
        ("customer-engagement-9", "on-premises", Product.OUTLOOK_COM, "OP9-25"),
        ("online", "online", Product.YAHOO_MAIL, "CUR-16"),
    ],
)
def test_a_listed_provider_passes_and_decides_its_cell(edition, place, product, cell):
    verdict = check(pop3_profile(product), PLACES[place], load(edition))
    assert outcome(verdict) == "pass"
    assert cell in verdict.statements


@pytest.mark.parametrize("place", ["online", "on-premises"])
def test_exchange_2010_is_not_in_the_matrix_of_2016(place):
    verdict = judged("crm-2016", place, Product.EXCHANGE_2010)
    assert outcome(verdict) == "fail"
    assert verdict.statements == ("S17-70",)
    assert "Exchange Server 2010" in verdict.message


def test_one_direction_that_is_unlisted_is_enough_even_where_the_other_is_unknown():
    subject = exchange_server_profile(
        incoming={"product": Product.EXCHANGE_2010}, outgoing={"product": MISSING}
    )
    assert outcome(check(subject, on_premises(), load("crm-2016"))) == "fail"


@pytest.mark.parametrize(
    ("edition", "place", "product"),
    [
        ("crm-2016", "online", Product.EXCHANGE_2019),
        ("crm-2016", "on-premises", Product.EXCHANGE_SUBSCRIPTION_EDITION),
        ("customer-engagement-9", "on-premises", Product.EXCHANGE_SUBSCRIPTION_EDITION),
        ("online", "online", Product.EXCHANGE_SUBSCRIPTION_EDITION),
    ],
)
def test_a_product_newer_than_the_text_is_undetermined_and_says_so(edition, place, product):
    verdict = judged(edition, place, product)
    assert outcome(verdict) == "undetermined"
    assert load(edition).text_date in verdict.message
    assert product.value in verdict.message


@pytest.mark.parametrize(
    ("build", "expected"),
    [
        ((14, 2, 390, 3), "fail"),
        ((14, 3, 123, 4), "pass"),
        (None, "undetermined"),
        (MISSING, "undetermined"),
    ],
)
def test_a_row_may_ask_for_a_service_pack(build, expected):
    verdict = judged("customer-engagement-2018", "online", Product.EXCHANGE_2010, build=build)
    assert outcome(verdict) == expected
    assert "ON9-04" in verdict.statements


@pytest.mark.parametrize(
    ("edition", "place", "product", "protocol"),
    [
        ("online", "online", Product.EXCHANGE_2013, Protocol.EWS),
        ("online", "online", Product.EXCHANGE_2013_SP1, Protocol.EWS),
        ("online", "online", Product.EXCHANGE_2010, Protocol.EWS),
        ("crm-2016", "on-premises", Product.EXCHANGE_2003, Protocol.EWS),
        ("online", "online", Product.OUTLOOK_COM, Protocol.POP3),
        ("crm-2016", "on-premises", Product.OTHER, Protocol.POP3),
    ],
)
def test_what_a_rule_of_its_own_judges_is_left_to_it(edition, place, product, protocol):
    verdict = judged(edition, place, product, protocol=protocol)
    assert outcome(verdict) == "not-applicable"


def test_a_stranger_that_speaks_exchange_web_services_fails_here():
    assert outcome(judged("online", "online", Product.OTHER)) == "fail"


@pytest.mark.parametrize("side", ["incoming", "outgoing"])
def test_undetermined_where_a_product_is_not_proven(side):
    subject = exchange_server_profile(**{side: {"product": MISSING}})
    verdict = check(subject, on_premises(), load("customer-engagement-9"))
    assert outcome(verdict) == "undetermined"
    assert verdict.cause == MISSING.cause
    assert set(verdict.statements) == {f"OP9-{n:02}" for n in range(1, 31, 3)}


def test_an_edition_that_does_not_speak_of_the_deployment_says_nothing():
    verdict = check(profile(), organization(), load("customer-engagement-9"))
    assert outcome(verdict) == "not-applicable"


def test_undetermined_where_the_deployment_is_unknown():
    with pytest.raises(Undecided):
        check(profile(), organization(deployment=MISSING), load("online"))


def test_undetermined_where_a_stranger_may_speak_exchange_web_services():
    verdict = judged("online", "online", Product.OTHER, protocol=MISSING)
    assert outcome(verdict) == "undetermined"


def test_how_grave_its_failure_is():
    assert gravity("unsupported-email-system") == ("error", "unsupported")
