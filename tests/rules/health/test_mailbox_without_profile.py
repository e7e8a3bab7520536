import pytest

from rules.health.mailbox_without_profile import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, exchange_server_profile, mailbox, pop3_profile, profile
from tests.rules.gravity import gravity


def test_fails_without_a_profile():
    assert outcome(check(mailbox(profile=None))) == "fail"


@pytest.mark.parametrize("any_profile", [profile(), exchange_server_profile(), pop3_profile()])
def test_passes_with_any_profile(any_profile):
    assert outcome(check(mailbox(profile=any_profile))) == "pass"


def test_an_unknown_profile_leaves_it_open():
    with pytest.raises(Undecided):
        check(mailbox(profile=MISSING))


def test_how_grave_its_failure_is():
    assert gravity("mailbox-without-profile") == ("error", "stops")
