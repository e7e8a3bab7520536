import pytest

from rules.health.approval_not_required import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, organization
from tests.rules.gravity import gravity

SWITCHES = {
    "requires_approval_for_user_email": "requires_approval_for_queue_email",
    "requires_approval_for_queue_email": "requires_approval_for_user_email",
}


@pytest.mark.parametrize(("off", "other"), SWITCHES.items())
@pytest.mark.parametrize("value", [True, False, MISSING])
def test_one_switch_that_is_off_is_enough(off, other, value):
    assert outcome(check(organization(**{off: False, other: value}))) == "fail"


def test_the_message_names_who_is_let_in():
    verdict = check(organization(requires_approval_for_queue_email=False))
    assert verdict.message.endswith("of queues.")


def test_both_on_passes():
    assert outcome(check(organization())) == "pass"


@pytest.mark.parametrize("hidden", SWITCHES)
def test_an_unknown_switch_is_undetermined(hidden):
    with pytest.raises(Undecided):
        check(organization(**{hidden: MISSING}))


def test_how_grave_its_failure_is():
    assert gravity("approval-not-required") == ("warning", "exposes")
