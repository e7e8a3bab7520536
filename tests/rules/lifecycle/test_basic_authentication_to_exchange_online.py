import pytest

from rules.email_systems import Product
from rules.lifecycle.basic_authentication_to_exchange_online import check
from rules.option_sets import AuthenticationProtocol, CredentialRetrieval
from rules.unknown import Undecided
from tests.rules.facts import MISSING, exchange_server_profile, pop3_profile, profile
from tests.rules.gravity import gravity
from tests.rules.lifecycle.days import STOPS, days_before, on, told

TODAY = on("2026-11-23")
STORED = [CredentialRetrieval.USER_OR_QUEUE, CredentialRetrieval.PROFILE]
PASSWORD = {
    "credential_retrieval": CredentialRetrieval.PROFILE,
    "authentication": AuthenticationProtocol.BASIC,
}


@pytest.mark.parametrize("side", ["incoming", "outgoing", "both"])
@pytest.mark.parametrize("retrieval", STORED)
def test_stored_credentials_in_either_direction_are_an_error(side, retrieval):
    subject = profile(**{side: {"credential_retrieval": retrieval}})
    assert told(check(subject, TODAY)) == "error"


@pytest.mark.parametrize("retrieval", [each for each in CredentialRetrieval if each not in STORED])
def test_every_other_way_to_sign_in_passes(retrieval):
    assert told(check(profile(both={"credential_retrieval": retrieval}), TODAY)) == "pass"


@pytest.mark.parametrize(("days", "expected"), STOPS)
def test_it_is_warned_of_before_the_switch_off(days, expected):
    assert told(check(profile(both=PASSWORD), days_before("2022-10-01", days))) == expected


def test_pop3_to_exchange_online_is_meant_as_well():
    assert told(check(pop3_profile(Product.EXCHANGE_ONLINE, both=PASSWORD), TODAY)) == "error"


def test_smtp_alone_has_dates_of_its_own():
    gmail = {"product": Product.GMAIL}
    subject = pop3_profile(Product.EXCHANGE_ONLINE, incoming=gmail, outgoing=PASSWORD)
    assert told(check(subject, TODAY)) == "not-applicable"


@pytest.mark.parametrize("subject", [exchange_server_profile(), pop3_profile(both=PASSWORD)])
def test_other_email_systems_are_not_meant(subject):
    assert told(check(subject, TODAY)) == "not-applicable"


@pytest.mark.parametrize(
    "subject",
    [
        profile(both={"credential_retrieval": MISSING}),
        profile(both={**PASSWORD, "authentication": MISSING}),
        profile(both={**PASSWORD, "product": MISSING}, reaches_exchange_online=MISSING),
    ],
)
def test_what_is_not_known_is_undetermined(subject):
    with pytest.raises(Undecided):
        check(subject, TODAY)


def test_how_grave_its_failure_is():
    assert gravity("basic-authentication-to-exchange-online") == ("error", "stops")
