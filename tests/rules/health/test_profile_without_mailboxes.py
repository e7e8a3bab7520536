import pytest

from rules.health.profile_without_mailboxes import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, profile, use
from tests.rules.gravity import gravity

SPARE = profile(is_default=False)
UNUSED = use(mailboxes=0, synchronizing_mailboxes=0)


@pytest.mark.parametrize(("count", "expected"), [(0, "fail"), (1, "pass")])
def test_fails_where_no_mailbox_points_to_it(count, expected):
    assert outcome(check(SPARE, use(mailboxes=count))) == expected


def test_the_default_profile_waits_for_new_mailboxes():
    assert outcome(check(profile(is_default=True), UNUSED)) == "pass"


def test_an_inactive_profile_is_already_put_away():
    assert outcome(check(profile(active=False, is_default=False), UNUSED)) == "not-applicable"


@pytest.mark.parametrize(
    ("subject", "used"),
    [
        (profile(active=MISSING), UNUSED),
        (profile(is_default=MISSING), UNUSED),
        (SPARE, use(mailboxes=MISSING)),
    ],
)
def test_what_is_not_known_leaves_it_open(subject, used):
    with pytest.raises(Undecided):
        check(subject, used)


def test_how_grave_its_failure_is():
    assert gravity("profile-without-mailboxes") == ("note", "advice")
