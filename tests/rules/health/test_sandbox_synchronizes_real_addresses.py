import pytest

from rules.health.sandbox_synchronizes_real_addresses import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, every, mailbox, organization
from tests.rules.gravity import gravity

SANDBOX = organization(is_production=False)


def test_one_warning_counts_the_mailboxes_of_the_copy():
    verdict = check(SANDBOX, every(mailbox(), mailbox(has_address=False), counts=(7, 3)))
    assert outcome(verdict) == "fail"
    assert verdict.message.startswith("7 mailboxes")


@pytest.mark.parametrize("idle", [{"synchronizing": False}, {"has_address": False}])
def test_passes_where_nothing_synchronizes(idle):
    assert outcome(check(SANDBOX, every(mailbox(**idle)))) == "pass"


def test_what_synchronizes_counts_even_where_other_mailboxes_are_open():
    mailboxes = every(mailbox(), mailbox(synchronizing=MISSING))
    assert outcome(check(SANDBOX, mailboxes)) == "fail"


def test_production_and_on_premises_are_not_meant():
    assert outcome(check(organization(), every(mailbox()))) == "not-applicable"
    assert outcome(check(organization(is_production=None), every(mailbox()))) == "not-applicable"


@pytest.mark.parametrize(
    ("settings", "subject"),
    [
        (organization(is_production=MISSING), mailbox()),
        (SANDBOX, mailbox(synchronizing=MISSING)),
    ],
)
def test_what_is_not_known_leaves_it_open(settings, subject):
    with pytest.raises(Undecided):
        check(settings, every(subject))


def test_how_grave_its_failure_is():
    assert gravity("sandbox-synchronizes-real-addresses") == ("warning", "exposes")
