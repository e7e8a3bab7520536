import pytest

from rules.edition import load
from rules.email_systems import Product, Protocol
from rules.support.untested_mail_provider import check
from rules.verdict import outcome
from tests.rules.facts import MISSING, on_premises, organization, pop3_profile, profile
from tests.rules.gravity import gravity

PLACES = {"online": organization(), "on-premises": on_premises()}
CONSUMER = (Product.MSN, Product.OUTLOOK_COM, Product.WINDOWS_LIVE_MAIL)


@pytest.mark.parametrize(
    ("edition", "place", "sentence"),
    [
        ("crm-2016", "on-premises", "S17-42"),
        ("crm-2016", "online", "S17-42"),
        ("customer-engagement-9", "on-premises", "OP9-32"),
        ("customer-engagement-2018", "online", "ON9-47"),
        ("online", "online", "CUR-20"),
    ],
)
@pytest.mark.parametrize("protocol", [Protocol.POP3, Protocol.IMAP])
def test_a_provider_that_nobody_lists_fails(edition, place, sentence, protocol):
    subject = pop3_profile(Product.OTHER, incoming={"protocol": protocol})
    verdict = check(subject, PLACES[place], load(edition))
    assert outcome(verdict) == "fail"
    assert sentence in verdict.statements


@pytest.mark.parametrize("product", CONSUMER)
def test_consumer_outlook_is_listed_on_premises_only(product):
    subject = pop3_profile(product)
    assert outcome(check(subject, on_premises(), load("crm-2016"))) == "pass"
    assert outcome(check(subject, organization(), load("crm-2016"))) == "fail"
    assert outcome(check(subject, organization(), load("online"))) == "fail"


@pytest.mark.parametrize("product", [Product.GMAIL, Product.YAHOO_MAIL])
@pytest.mark.parametrize("edition", ["crm-2016", "online"])
def test_gmail_and_yahoo_are_listed(edition, product):
    assert outcome(check(pop3_profile(product), organization(), load(edition))) == "pass"


def test_sending_through_a_stranger_is_enough_even_where_receiving_is_unknown():
    subject = pop3_profile(incoming={"product": MISSING}, outgoing={"product": Product.OTHER})
    verdict = check(subject, organization(), load("online"))
    assert outcome(verdict) == "fail"
    assert "outgoing" in verdict.message


@pytest.mark.parametrize("field", ["product", "protocol"])
def test_undetermined_where_the_provider_is_not_established(field):
    subject = pop3_profile(
        both={field: MISSING} if field == "product" else {}, incoming={field: MISSING}
    )
    verdict = check(subject, organization(), load("online"))
    assert outcome(verdict) == "undetermined"
    assert verdict.cause == MISSING.cause


@pytest.mark.parametrize(
    "subject", [profile(), pop3_profile(Product.EXCHANGE_2016), profile(both={"product": MISSING})]
)
def test_exchange_is_judged_elsewhere_whatever_it_speaks(subject):
    assert outcome(check(subject, organization(), load("online"))) == "not-applicable"


def test_an_edition_that_does_not_speak_of_the_deployment_says_nothing():
    verdict = check(pop3_profile(Product.OTHER), on_premises(), load("online"))
    assert outcome(verdict) == "not-applicable"


def test_how_grave_its_failure_is():
    assert gravity("untested-mail-provider") == ("error", "unsupported")
