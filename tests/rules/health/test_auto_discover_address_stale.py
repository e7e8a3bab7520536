import pytest

from rules.health.auto_discover_address_stale import check
from rules.option_sets import CredentialRetrieval
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import (
    MISSING,
    exchange_server_profile,
    mailbox,
    on_premises,
    organization,
    pop3_profile,
    profile,
)
from tests.rules.gravity import gravity

STORED = {"credential_retrieval": CredentialRetrieval.PROFILE}
SERVER = exchange_server_profile(auto_discover=True)


@pytest.mark.parametrize(
    ("of_profile", "where", "found_online", "expected"),
    [
        (profile(), on_premises(), True, "pass"),
        (profile(), on_premises(), False, "fail"),
        (profile(both=STORED), organization(), False, "fail"),
        (SERVER, organization(), False, "pass"),
        (SERVER, organization(), True, "fail"),
        (SERVER, organization(), None, "not-applicable"),
    ],
)
def test_the_address_found_must_be_of_the_profiles_exchange(
    of_profile, where, found_online, expected
):
    subject = mailbox(profile=of_profile, ews_host_is_exchange_online=found_online)
    assert outcome(check(subject, where)) == expected


@pytest.mark.parametrize(
    "of_profile",
    [profile(), pop3_profile(auto_discover=True), exchange_server_profile(), None],
)
def test_where_no_such_address_is_used_it_is_not_meant(of_profile):
    subject = mailbox(profile=of_profile, ews_host_is_exchange_online=of_profile is None)
    assert outcome(check(subject, organization())) == "not-applicable"


@pytest.mark.parametrize(
    ("hidden", "where"),
    [
        ({"profile": MISSING}, on_premises()),
        ({"ews_host_is_exchange_online": MISSING}, on_premises()),
        ({"profile": profile(reaches_exchange_online=MISSING)}, on_premises()),
        ({"profile": profile(auto_discover=MISSING)}, on_premises()),
        ({}, organization(deployment=MISSING)),
    ],
)
def test_what_is_not_known_leaves_it_open(hidden, where):
    with pytest.raises(Undecided):
        check(mailbox(**hidden), where)


def test_how_grave_its_failure_is():
    assert gravity("auto-discover-address-stale") == ("warning", "degrades")
