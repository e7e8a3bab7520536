import pytest

from rules.health.email_sending_failed import FEWEST, check
from rules.thresholds import Thresholds
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, emails, organization

LIMITS = Thresholds({FEWEST.name: FEWEST})


@pytest.mark.parametrize(("count", "expected"), [(0, "pass"), (1, "fail"), (250, "fail")])
def test_the_first_stuck_email_fails(count, expected):
    verdict = check(organization(), emails(sending_or_failed=count), LIMITS)
    assert outcome(verdict) == expected
    assert verdict.message.startswith(f"{count} ")


def test_the_configuration_sets_the_limit():
    limits = Thresholds(LIMITS.declared, {FEWEST.name: 10})
    assert outcome(check(organization(), emails(sending_or_failed=9), limits)) == "pass"


def test_an_unknown_count_leaves_it_open():
    with pytest.raises(Undecided):
        check(organization(), emails(sending_or_failed=MISSING), LIMITS)
