import pytest

from rules.health.oauth_token_missing_or_expired import check
from rules.option_sets import ActMethod, EmailMethod, TestStatus
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, exchange_server_profile, mailbox, pop3_profile, profile
from tests.rules.gravity import gravity


def gmail(**changes):
    return mailbox(**{"profile": pop3_profile(), "oauth_token_set": True, **changes})


@pytest.mark.parametrize(
    ("token", "expected"), [(True, "pass"), (False, "fail"), (None, "undetermined")]
)
def test_a_token_is_needed(token, expected):
    assert outcome(check(gmail(oauth_token_set=token))) == expected


@pytest.mark.parametrize(
    ("signs", "expected"),
    [
        ({}, "pass"),
        ({"error_after_success": True}, "fail"),
        ({"error_after_success": False}, "pass"),
        ({"incoming_status": TestStatus.FAILURE}, "fail"),
        ({"outgoing_status": TestStatus.FAILURE}, "fail"),
        (
            {"outgoing_status": TestStatus.FAILURE, "outgoing_method": EmailMethod.NONE},
            "pass",
        ),
    ],
)
def test_expiry_counts_only_together_with_an_error(signs, expected):
    assert outcome(check(gmail(oauth_token_expired=True, **signs))) == expected
    assert outcome(check(gmail(oauth_token_expired=False, **signs))) == "pass"


@pytest.mark.parametrize(
    "subject",
    [
        mailbox(profile=None),
        mailbox(profile=profile()),
        mailbox(profile=exchange_server_profile()),
        gmail(
            oauth_token_set=False,
            incoming_method=EmailMethod.NONE,
            outgoing_method=EmailMethod.NONE,
            act_method=ActMethod.NONE,
        ),
    ],
)
def test_other_sign_ins_use_no_token_of_the_mailbox(subject):
    assert outcome(check(subject)) == "not-applicable"


@pytest.mark.parametrize(
    "hidden",
    [
        {"profile": MISSING},
        {"profile": pop3_profile(both={"credential_retrieval": MISSING})},
        {"oauth_token_set": MISSING},
        {"oauth_token_expired": MISSING, "error_after_success": True},
        {"oauth_token_expired": True, "error_after_success": MISSING},
    ],
)
def test_what_is_not_known_leaves_it_open(hidden):
    with pytest.raises(Undecided):
        check(gmail(**hidden))


def test_how_grave_its_failure_is():
    assert gravity("oauth-token-missing-or-expired") == ("error", "stops")
