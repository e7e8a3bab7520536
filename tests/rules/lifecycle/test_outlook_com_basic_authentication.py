import pytest

from rules.email_systems import Product
from rules.lifecycle.outlook_com_basic_authentication import check
from rules.option_sets import AuthenticationProtocol, CredentialRetrieval
from rules.unknown import Undecided
from tests.rules.facts import MISSING, exchange_server_profile, pop3_profile, profile
from tests.rules.gravity import gravity
from tests.rules.lifecycle.days import STOPS, days_before, on, told

TODAY = on("2026-11-23")
PASSWORD = {
    "credential_retrieval": CredentialRetrieval.USER_OR_QUEUE,
    "authentication": AuthenticationProtocol.BASIC,
}


@pytest.mark.parametrize("product", [Product.OUTLOOK_COM, Product.MSN, Product.WINDOWS_LIVE_MAIL])
@pytest.mark.parametrize(("days", "expected"), STOPS)
def test_passwords_were_refused_from_the_day(product, days, expected):
    subject = pop3_profile(product, both=PASSWORD)
    assert told(check(subject, days_before("2024-09-16", days))) == expected


def test_oauth_passes():
    assert told(check(pop3_profile(Product.OUTLOOK_COM), TODAY)) == "pass"


@pytest.mark.parametrize("subject", [profile(), pop3_profile(both=PASSWORD)])
def test_other_providers_are_not_meant(subject):
    assert told(check(subject, TODAY)) == "not-applicable"


@pytest.mark.parametrize("hidden", ["product", *PASSWORD])
def test_what_is_not_known_is_undetermined(hidden):
    with pytest.raises(Undecided):
        check(pop3_profile(Product.MSN, both={**PASSWORD, hidden: MISSING}), TODAY)


@pytest.mark.parametrize("side", ["incoming", "outgoing"])
def test_one_direction_through_such_a_provider_is_enough(side):
    password = {
        "product": Product.OUTLOOK_COM,
        "credential_retrieval": CredentialRetrieval.PROFILE,
        "authentication": AuthenticationProtocol.BASIC,
    }
    verdict = check(pop3_profile(**{side: password}), on("2026-11-23"))
    assert told(verdict) == "error"
    assert f"({side})" in verdict.message


def test_an_unread_build_leaves_nothing_open_for_no_such_provider_speaks_exchange_web_services():
    subject = exchange_server_profile(both={**PASSWORD, "product": MISSING})
    assert told(check(subject, TODAY)) == "not-applicable"


def test_how_grave_its_failure_is():
    assert gravity("outlook-com-basic-authentication") == ("error", "stops")
