import pytest

from rules.health.impersonation_off_with_one_account import check
from rules.option_sets import CredentialRetrieval
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, exchange_server_profile, pop3_profile, profile, use
from tests.rules.gravity import gravity

OFF = {"impersonates": False}


@pytest.mark.parametrize(
    ("mailboxes", "appointments", "expected"),
    [(2, 1, "fail"), (300, 300, "fail"), (2, 0, "pass"), (1, 1, "pass")],
)
def test_fails_where_one_account_opens_calendars_of_others(mailboxes, appointments, expected):
    used = use(synchronizing_mailboxes=mailboxes, synchronizing_appointments=appointments)
    assert outcome(check(exchange_server_profile(incoming=OFF), used)) == expected
    assert outcome(check(exchange_server_profile(), used)) == "pass"


@pytest.mark.parametrize(
    "other",
    [
        profile(incoming={**OFF, "credential_retrieval": CredentialRetrieval.PROFILE}),
        pop3_profile(incoming={**OFF, "credential_retrieval": CredentialRetrieval.PROFILE}),
        exchange_server_profile(
            incoming={**OFF, "credential_retrieval": CredentialRetrieval.USER_OR_QUEUE}
        ),
    ],
)
def test_only_one_account_on_exchange_server_is_meant(other):
    assert outcome(check(other, use())) == "not-applicable"


@pytest.mark.parametrize(
    ("subject", "used"),
    [
        (exchange_server_profile(incoming={"impersonates": MISSING}), use()),
        (exchange_server_profile(incoming=OFF, server_type=MISSING), use()),
        (exchange_server_profile(incoming=OFF, reaches_exchange_online=MISSING), use()),
        (exchange_server_profile(incoming=OFF), use(synchronizing_appointments=MISSING)),
    ],
)
def test_what_is_not_known_leaves_it_open(subject, used):
    with pytest.raises(Undecided):
        check(subject, used)


def test_how_grave_its_failure_is():
    assert gravity("impersonation-off-with-one-account") == ("error", "stops")
