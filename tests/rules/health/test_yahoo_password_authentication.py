import pytest

from rules.email_systems import Product, Protocol
from rules.health.yahoo_password_authentication import check
from rules.option_sets import AuthenticationProtocol, CredentialRetrieval
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, exchange_server_profile, pop3_profile
from tests.rules.gravity import gravity

PASSWORD = {
    "credential_retrieval": CredentialRetrieval.PROFILE,
    "authentication": AuthenticationProtocol.BASIC,
}


@pytest.mark.parametrize("side", ["incoming", "outgoing"])
def test_a_password_at_yahoo_fails(side):
    subject = pop3_profile(**{side: {"product": Product.YAHOO_MAIL, **PASSWORD}})
    verdict = check(subject)
    assert outcome(verdict) == "fail"
    assert f"({side})" in verdict.message


def test_another_way_to_sign_in_passes():
    assert outcome(check(pop3_profile(Product.YAHOO_MAIL))) == "pass"


@pytest.mark.parametrize("product", [Product.GMAIL, Product.OTHER, Product.EXCHANGE_ONLINE])
def test_other_providers_are_not_meant(product):
    assert outcome(check(pop3_profile(product, both=PASSWORD))) == "not-applicable"


def test_an_exchange_server_of_unread_build_is_no_yahoo():
    assert outcome(check(exchange_server_profile(both={"product": MISSING}))) == "not-applicable"


@pytest.mark.parametrize("hidden", ["product", "credential_retrieval", "authentication"])
def test_what_is_not_known_is_undetermined(hidden):
    subject = pop3_profile(Product.YAHOO_MAIL, both={**PASSWORD, hidden: MISSING})
    with pytest.raises(Undecided):
        check(subject)


def test_a_provider_that_is_not_known_over_an_unknown_protocol_is_undetermined():
    with pytest.raises(Undecided):
        check(pop3_profile(both={"product": MISSING}, incoming={"protocol": Protocol.POP3}))


def test_how_grave_its_failure_is():
    assert gravity("yahoo-password-authentication") == ("warning", "advice")
