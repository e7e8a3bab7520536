import pytest

from rules.health.tested_but_not_enabled import check
from rules.option_sets import EmailMethod, TestStatus
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, mailbox
from tests.rules.gravity import gravity

SWITCHES = {
    "enabled_for_incoming": "incoming_status",
    "enabled_for_outgoing": "outgoing_status",
    "enabled_for_act": "act_status",
}


@pytest.mark.parametrize("switch", SWITCHES)
@pytest.mark.parametrize("others", [True, False, MISSING])
def test_one_method_that_is_switched_off_is_enough(switch, others):
    changes = dict.fromkeys(SWITCHES, others)
    assert outcome(check(mailbox(**{**changes, switch: False}))) == "fail"


def test_all_enabled_passes():
    assert outcome(check(mailbox())) == "pass"


def test_a_method_that_is_not_in_use_means_nothing():
    subject = mailbox(incoming_method=EmailMethod.NONE, enabled_for_incoming=False)
    assert outcome(check(subject)) == "pass"


@pytest.mark.parametrize("status", [TestStatus.FAILURE, TestStatus.NOT_RUN, None])
def test_without_a_success_it_is_judged_elsewhere(status):
    statuses = dict.fromkeys(SWITCHES.values(), status)
    assert outcome(check(mailbox(enabled_for_act=False, **statuses))) == "not-applicable"


@pytest.mark.parametrize(("switch", "status"), SWITCHES.items())
def test_what_is_not_known_is_undetermined(switch, status):
    with pytest.raises(Undecided):
        check(mailbox(**{switch: MISSING}))
    with pytest.raises(Undecided):
        check(mailbox(**{switch: False, status: MISSING}))


def test_how_grave_its_failure_is():
    assert gravity("tested-but-not-enabled") == ("error", "stops")
