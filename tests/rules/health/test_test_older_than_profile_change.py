import pytest

from rules.health.test_older_than_profile_change import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, profile, use
from tests.rules.gravity import gravity


@pytest.mark.parametrize(
    ("tried", "expected"), [(False, "fail"), (True, "pass"), (None, "not-applicable")]
)
def test_one_mailbox_tried_since_is_proof(tried, expected):
    verdict = check(profile(), use(tested_or_synchronized_since_change=tried))
    assert outcome(verdict) == expected


def test_unknown_is_undetermined():
    with pytest.raises(Undecided):
        check(profile(), use(tested_or_synchronized_since_change=MISSING))


def test_how_grave_its_failure_is():
    assert gravity("test-older-than-profile-change") == ("warning", "advice")
