import pytest

from rules.email_systems import Product
from rules.lifecycle.gmail_password_authentication import check
from rules.option_sets import CredentialRetrieval
from rules.unknown import Undecided
from tests.rules.facts import MISSING, exchange_server_profile, pop3_profile, profile
from tests.rules.gravity import gravity
from tests.rules.lifecycle.days import STOPS, days_before, on, told

TODAY = on("2026-11-23")
PASSWORD = {"credential_retrieval": CredentialRetrieval.PROFILE}


@pytest.mark.parametrize("side", ["incoming", "outgoing", "both"])
def test_a_password_in_either_direction_is_an_error(side):
    assert told(check(pop3_profile(**{side: PASSWORD}), TODAY)) == "error"


def test_the_evidence_is_of_the_direction_that_fails():
    verdict = check(pop3_profile(outgoing=PASSWORD), TODAY)
    assert "(outgoing)" in verdict.message
    ways = [each.value for each in verdict.evidence if each.field == "credential_retrieval"]
    assert ways == [CredentialRetrieval.PROFILE.value]


@pytest.mark.parametrize(("days", "expected"), STOPS)
def test_passwords_were_refused_from_the_day(days, expected):
    assert told(check(pop3_profile(both=PASSWORD), days_before("2022-05-30", days))) == expected


def test_gmail_oauth_passes():
    assert told(check(pop3_profile(), TODAY)) == "pass"


@pytest.mark.parametrize("subject", [profile(), pop3_profile(Product.YAHOO_MAIL, both=PASSWORD)])
def test_other_providers_are_not_meant(subject):
    assert told(check(subject, TODAY)) == "not-applicable"


@pytest.mark.parametrize("hidden", ["product", "credential_retrieval"])
def test_what_is_not_known_is_undetermined(hidden):
    with pytest.raises(Undecided):
        check(pop3_profile(both={**PASSWORD, hidden: MISSING}), TODAY)


def test_an_unread_build_leaves_nothing_open_for_no_such_provider_speaks_exchange_web_services():
    subject = exchange_server_profile(both={**PASSWORD, "product": MISSING})
    assert told(check(subject, TODAY)) == "not-applicable"


def test_how_grave_its_failure_is():
    assert gravity("gmail-password-authentication") == ("error", "stops")
