import pytest

from rules.health.integrated_credentials_online import check
from rules.option_sets import AuthenticationProtocol, CredentialRetrieval
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

WINDOWS = {"credential_retrieval": CredentialRetrieval.WINDOWS_INTEGRATED}
ANONYMOUS = {"credential_retrieval": CredentialRetrieval.ANONYMOUS}


@pytest.mark.parametrize(
    ("sides", "expected"),
    [
        ({}, "pass"),
        ({"incoming": WINDOWS}, "fail"),
        ({"outgoing": WINDOWS}, "fail"),
        ({"incoming": ANONYMOUS}, "fail"),
        ({"outgoing": ANONYMOUS}, "pass"),
        ({"incoming": WINDOWS, "outgoing": {"credential_retrieval": MISSING}}, "fail"),
    ],
)
def test_windows_credentials_fail_and_anonymous_reading_too(sides, expected):
    assert outcome(check(pop3_profile(**sides), organization())) == expected


def test_ntlm_to_exchange_server_is_the_documented_way():
    subject = exchange_server_profile(both={"authentication": AuthenticationProtocol.NTLM})
    assert outcome(check(subject, organization())) == "pass"


def test_windows_credentials_work_on_premises():
    verdict = check(exchange_server_profile(both=WINDOWS), on_premises())
    assert outcome(verdict) == "not-applicable"


@pytest.mark.parametrize(
    ("subject", "where"),
    [
        (profile(), organization(deployment=MISSING)),
        (profile(outgoing={"credential_retrieval": MISSING}), organization()),
    ],
)
def test_what_is_not_known_leaves_it_open(subject, where):
    with pytest.raises(Undecided):
        check(subject, where)


def test_how_grave_its_failure_is():
    assert gravity("integrated-credentials-online") == ("error", "stops")
