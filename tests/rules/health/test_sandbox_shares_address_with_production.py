import pytest

from rules.health.sandbox_shares_address_with_production import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, address_use, mailbox, organization
from tests.rules.gravity import gravity

SANDBOX = organization(is_production=False)
SHARED = address_use(synchronizes_in_production=True)


@pytest.mark.parametrize(("use", "expected"), [(SHARED, "fail"), (address_use(), "pass")])
def test_an_address_of_production_must_not_synchronize_here(use, expected):
    assert outcome(check(mailbox(), SANDBOX, use)) == expected


def test_production_and_on_premises_are_not_meant():
    assert outcome(check(mailbox(), organization(), SHARED)) == "not-applicable"
    assert outcome(check(mailbox(), organization(is_production=None), SHARED)) == "not-applicable"


@pytest.mark.parametrize(
    ("settings", "use"),
    [
        (organization(is_production=MISSING), SHARED),
        (SANDBOX, address_use(synchronizes_in_production=MISSING)),
    ],
)
def test_what_is_not_known_leaves_it_open(settings, use):
    with pytest.raises(Undecided):
        check(mailbox(), settings, use)


def test_how_grave_its_failure_is():
    assert gravity("sandbox-shares-address-with-production") == ("error", "degrades")
