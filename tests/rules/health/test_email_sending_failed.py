import pytest

from rules.health.email_sending_failed import FEWEST, WINDOW, check
from rules.thresholds import Thresholds
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, emails, organization
from tests.rules.gravity import gravity

LIMITS = Thresholds({each.name: each for each in (FEWEST, WINDOW)})


@pytest.mark.parametrize(("count", "expected"), [(0, "pass"), (1, "fail"), (250, "fail")])
def test_the_first_stuck_email_fails(count, expected):
    found = emails(sending_or_failed=count, sending_or_failed_lately=count)
    verdict = check(organization(), found, LIMITS)
    assert outcome(verdict) == expected
    assert getattr(verdict, "severity", None) is None
    assert verdict.message.startswith(f"{count} ")


def test_the_configuration_sets_the_limit():
    limits = Thresholds(LIMITS.declared, {FEWEST.name: 10})
    assert outcome(check(organization(), emails(sending_or_failed=9), limits)) == "pass"


def test_an_unknown_count_leaves_it_open():
    with pytest.raises(Undecided):
        check(organization(), emails(sending_or_failed=MISSING), LIMITS)


@pytest.mark.parametrize(("lately", "severity"), [(0, "note"), (1, None), (MISSING, "note")])
def test_what_failed_long_ago_alone_is_a_note(lately, severity):
    found = emails(sending_or_failed=12, sending_or_failed_lately=lately)
    verdict = check(organization(), found, LIMITS)
    assert outcome(verdict) == "fail"
    assert verdict.severity == severity


def test_how_grave_its_failure_is():
    assert gravity("email-sending-failed") == ("error", "degrades")
