import pytest

from rules.health.sandbox_synchronizes_real_addresses import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, address_use, every, mailbox, organization

SANDBOX = organization(is_production=False)
APART = every(address_use())
SHARED = every(address_use(synchronizes_in_production=True), address_use(), counts=(2, 5))


@pytest.mark.parametrize(
    ("addresses", "severity"),
    [
        (APART, "warning"),
        (every(address_use(synchronizes_in_production=MISSING)), "warning"),
        (SHARED, None),
    ],
)
def test_an_address_that_production_has_too_makes_it_an_error(addresses, severity):
    verdict = check(SANDBOX, every(mailbox(), counts=(7,)), addresses)
    assert outcome(verdict) == "fail"
    assert verdict.severity == severity
    assert verdict.message.startswith("7 mailboxes" if severity else "2 addresses")


@pytest.mark.parametrize("idle", [{"synchronizing": False}, {"has_address": False}])
def test_passes_where_nothing_synchronizes(idle):
    assert outcome(check(SANDBOX, every(mailbox(**idle)), APART)) == "pass"


def test_production_is_not_meant():
    assert outcome(check(organization(), every(mailbox()), SHARED)) == "not-applicable"


@pytest.mark.parametrize(
    ("settings", "subject"),
    [
        (organization(is_production=MISSING), mailbox()),
        (SANDBOX, mailbox(synchronizing=MISSING)),
    ],
)
def test_what_is_not_known_leaves_it_open(settings, subject):
    with pytest.raises(Undecided):
        check(settings, every(subject), APART)
