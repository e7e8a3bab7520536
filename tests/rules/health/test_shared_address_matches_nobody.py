import pytest

from rules.health.shared_address_matches_nobody import check
from rules.option_sets import EmailMethod
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, address_use, mailbox, organization
from tests.rules.gravity import gravity

ON = organization(unresolves_shared_addresses=True)
SHARED = address_use(shared_in_same_direction=True)


@pytest.mark.parametrize(
    ("own", "use", "expected"),
    [
        (ON, SHARED, "fail"),
        (ON, address_use(shared_by_user_and_open_queue=True), "fail"),
        (ON, address_use(), "pass"),
        (organization(), SHARED, "pass"),
        (organization(), address_use(shared_in_same_direction=MISSING), "pass"),
        (organization(unresolves_shared_addresses=MISSING), address_use(), "pass"),
    ],
)
def test_it_takes_the_switch_and_a_shared_address(own, use, expected):
    assert outcome(check(mailbox(), own, use)) == expected


def test_a_mailbox_that_receives_nothing_is_not_meant():
    silent = mailbox(incoming_method=EmailMethod.NONE)
    assert outcome(check(silent, ON, SHARED)) == "not-applicable"


@pytest.mark.parametrize(
    ("own", "use"),
    [
        (ON, address_use(shared_in_same_direction=MISSING)),
        (organization(unresolves_shared_addresses=MISSING), SHARED),
    ],
)
def test_what_is_not_known_is_undetermined(own, use):
    with pytest.raises(Undecided):
        check(mailbox(), own, use)


def test_how_grave_its_failure_is():
    assert gravity("shared-address-matches-nobody") == ("error", "degrades")
