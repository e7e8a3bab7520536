import pytest

from rules.health.shared_addresses_unresolved import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, organization
from tests.rules.gravity import gravity


@pytest.mark.parametrize(("on", "expected"), [(True, "fail"), (False, "pass")])
def test_the_switch_leaves_recipients_unresolved(on, expected):
    assert outcome(check(organization(unresolves_shared_addresses=on))) == expected


def test_a_switch_that_is_not_known_is_undetermined():
    with pytest.raises(Undecided):
        check(organization(unresolves_shared_addresses=MISSING))


def test_how_grave_its_failure_is():
    assert gravity("shared-addresses-unresolved") == ("warning", "degrades")
