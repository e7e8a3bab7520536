import pytest

from rules.health.inactive_profile_in_use import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, profile, use
from tests.rules.gravity import gravity

INACTIVE = profile(active=False)


@pytest.mark.parametrize(("count", "expected"), [(0, "pass"), (1, "fail"), (4000, "fail")])
def test_fails_from_the_first_synchronizing_mailbox(count, expected):
    assert outcome(check(INACTIVE, use(synchronizing_mailboxes=count))) == expected


def test_mailboxes_that_do_not_synchronize_lose_nothing():
    assert outcome(check(INACTIVE, use(mailboxes=40, synchronizing_mailboxes=0))) == "pass"


def test_an_active_profile_is_not_meant():
    assert outcome(check(profile(), use(synchronizing_mailboxes=MISSING))) == "not-applicable"


@pytest.mark.parametrize(
    ("subject", "used"),
    [(profile(active=MISSING), use()), (INACTIVE, use(synchronizing_mailboxes=MISSING))],
)
def test_what_is_not_known_leaves_it_open(subject, used):
    with pytest.raises(Undecided):
        check(subject, used)


def test_how_grave_its_failure_is():
    assert gravity("inactive-profile-in-use") == ("error", "stops")
