import pytest

from rules.email_systems import Protocol
from rules.health.sign_in_not_offered import check
from rules.option_sets import AuthenticationProtocol
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
