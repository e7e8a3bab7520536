import pytest

from rules.health.too_many_mailboxes_on_one_account import MOST, check
from rules.thresholds import Thresholds
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, exchange_server_profile, profile, use
from tests.rules.gravity import gravity

LIMITS = Thresholds({MOST.name: MOST})


@pytest.mark.parametrize(("count", "expected"), [(500, "pass"), (501, "fail")])
def test_five_hundred_may_share_an_account(count, expected):
    verdict = check(exchange_server_profile(), use(synchronizing_mailboxes=count), LIMITS)
    assert outcome(verdict) == expected


def test_server_to_server_has_no_account():
    verdict = check(profile(), use(synchronizing_mailboxes=90000), LIMITS)
    assert outcome(verdict) == "not-applicable"


@pytest.mark.parametrize(
    ("subject", "used"),
    [
        (exchange_server_profile(), use(synchronizing_mailboxes=MISSING)),
        (profile(incoming={"credential_retrieval": MISSING}), use()),
    ],
)
def test_what_is_not_known_leaves_it_open(subject, used):
    with pytest.raises(Undecided):
        check(subject, used, LIMITS)


def test_how_grave_its_failure_is():
    assert gravity("too-many-mailboxes-on-one-account") == ("warning", "degrades")
