from functools import partial

import pytest

from rules.email_systems import Product, Protocol
from rules.health.sign_in_not_offered import check
from rules.option_sets import AuthenticationProtocol, CredentialRetrieval
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import (
    MISSING,
    every,
    exchange_server_profile,
    mail_server,
    on_premises,
    organization,
    pop3_profile,
    profile,
)
from tests.rules.gravity import gravity

BASIC, NTLM = AuthenticationProtocol.BASIC, AuthenticationProtocol.NTLM


def at(*schemes, **changes):
    fields = {
        "host": "mail.contoso.com",
        "port": 443,
        "protocol": Protocol.EWS,
        "authentication_schemes": schemes,
        **changes,
    }
    return every(mail_server(**fields))


def by(authentication):
    return exchange_server_profile(both={"authentication": authentication})


@pytest.mark.parametrize(
    ("authentication", "schemes", "expected"),
    [
        (BASIC, ("ntlm", "negotiate"), "fail"),
        (BASIC, ("basic",), "pass"),
        (NTLM, ("ntlm",), "pass"),
        (NTLM, ("negotiate",), "pass"),
        (NTLM, ("basic",), "fail"),
        (NTLM, ("bearer",), "fail"),
    ],
)
def test_the_server_must_offer_what_the_profile_uses(authentication, schemes, expected):
    verdict = check(by(authentication), organization(), at(*schemes))
    assert outcome(verdict) == expected
    assert expected == "pass" or (verdict.severity is None and schemes[0] in verdict.message)


def test_the_direction_that_fails_is_named():
    subject = exchange_server_profile(
        incoming={"authentication": BASIC}, outgoing={"authentication": NTLM}
    )
    assert check(subject, organization(), at("basic")).directions == ("outgoing",)


def test_basic_beside_ntlm_is_a_warning_online():
    verdict = check(by(NTLM), organization(), at("ntlm", "basic"))
    assert (outcome(verdict), verdict.severity) == ("fail", "warning")
    assert outcome(check(by(NTLM), on_premises(), at("ntlm", "basic"))) == "pass"


@pytest.mark.parametrize(
    "subject",
    [profile(), pop3_profile(), by(AuthenticationProtocol.AUTO_DETECT), by(None)],
)
def test_where_no_way_is_named_it_says_nothing(subject):
    assert outcome(check(subject, organization(), at("ntlm"))) == "not-applicable"


@pytest.mark.parametrize(
    ("subject", "servers"),
    [
        (by(MISSING), at("ntlm")),
        (by(NTLM), MISSING),
        (by(NTLM), every()),
        (by(NTLM), at()),
        (by(NTLM), at(authentication_schemes=MISSING)),
    ],
)
def test_what_was_not_shown_is_undetermined(subject, servers):
    with pytest.raises(Undecided):
        check(subject, organization(), servers)


S2S, ENTRA, GMAIL = (
    CredentialRetrieval.SERVER_TO_SERVER,
    CredentialRetrieval.ENTRA_OAUTH,
    CredentialRetrieval.GMAIL_OAUTH,
)


@pytest.mark.parametrize(
    ("make", "way", "expected"),
    [
        (exchange_server_profile, S2S, "fail"),
        (exchange_server_profile, ENTRA, "fail"),
        (exchange_server_profile, GMAIL, "fail"),
        (profile, S2S, "not-applicable"),
        (profile, ENTRA, "not-applicable"),
        (profile, GMAIL, "fail"),
        (pop3_profile, GMAIL, "not-applicable"),
        (pop3_profile, ENTRA, "fail"),
        (partial(pop3_profile, Product.YAHOO_MAIL), GMAIL, "fail"),
        (partial(pop3_profile, Product.OUTLOOK_COM), ENTRA, "not-applicable"),
    ],
)
def test_the_oauth_of_another_system_is_offered_by_no_server(make, way, expected):
    oauth = {"credential_retrieval": way, "authentication": AuthenticationProtocol.OAUTH}
    verdict = check(make(both=oauth), organization(), MISSING)
    assert outcome(verdict) == expected


@pytest.mark.parametrize("hidden", ["credential_retrieval", "product"])
def test_what_is_not_known_of_the_way_or_the_system_leaves_it_open(hidden):
    oauth = {"credential_retrieval": GMAIL, "authentication": AuthenticationProtocol.OAUTH}
    with pytest.raises(Undecided):
        check(pop3_profile(both={**oauth, hidden: MISSING}), organization(), MISSING)


def test_how_grave_its_failure_is():
    assert gravity("sign-in-not-offered") == ("error", "stops")
