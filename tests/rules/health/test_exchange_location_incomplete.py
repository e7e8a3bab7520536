import pytest

from rules.health.exchange_location_incomplete import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, exchange_server_profile, pop3_profile
from tests.rules.gravity import gravity


def at(location, **changes):
    return exchange_server_profile(both={"location": location}, **changes)


@pytest.mark.parametrize(
    "location",
    [
        "https://mail.contoso.com/EWS/Exchange.asmx",
        "HTTPS://MAIL.CONTOSO.COM/ews/exchange.asmx",
        "https://mail.contoso.com:444/EWS/Exchange.asmx",
    ],
)
def test_the_address_of_the_services_passes(location):
    assert outcome(check(at(location))) == "pass"


@pytest.mark.parametrize(
    "location",
    [
        "mail.contoso.com",
        "https://mail.contoso.com",
        "https://mail.contoso.com/owa",
        "http://mail.contoso.com/EWS/Exchange.asmx",
        "https://mail.contoso.com/EWS",
        "https://mail.contoso.com/x/EWS/Exchange.asmx/",
        "https:///EWS/Exchange.asmx",
    ],
)
def test_any_other_form_fails_and_names_the_right_one(location):
    verdict = check(at(location))
    assert outcome(verdict) == "fail"
    assert "/EWS/Exchange.asmx" in verdict.message


def test_one_direction_is_enough():
    subject = exchange_server_profile(outgoing={"location": "mail.contoso.com"})
    verdict = check(subject)
    assert "(outgoing)" in verdict.message
    assert verdict.directions == ("outgoing",)


@pytest.mark.parametrize(
    "subject",
    [
        at("mail.contoso.com", auto_discover=True),
        at(None),
        pop3_profile(),
    ],
)
def test_where_no_location_counts_it_says_nothing(subject):
    assert outcome(check(subject)) == "not-applicable"


@pytest.mark.parametrize(
    "subject",
    [
        at("mail.contoso.com", auto_discover=MISSING),
        at(MISSING),
        exchange_server_profile(both={"protocol": MISSING}),
    ],
)
def test_what_is_not_known_is_undetermined(subject):
    with pytest.raises(Undecided):
        check(subject)


def test_how_grave_its_failure_is():
    assert gravity("exchange-location-incomplete") == ("error", "stops")
