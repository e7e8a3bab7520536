import pytest

from rules.option_sets import AccessMode, ActMethod
from rules.support.mixed_outlook_and_server_side_synchronization import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, every, forward_owner, mailbox, organization, owner, queue
from tests.rules.gravity import gravity

SERVER = mailbox()
OUTLOOK = mailbox(act_method=ActMethod.OUTLOOK)


def test_fails_where_both_ways_are_in_use():
    verdict = check(organization(), every(SERVER, OUTLOOK, counts=(7, 3)))
    assert outcome(verdict) == "fail"
    assert "3 active user mailboxes" in verdict.message
    assert [e.value for e in verdict.evidence] == [0, 1]


@pytest.mark.parametrize("mailboxes", [every(SERVER), every(OUTLOOK)])
def test_passes_where_all_use_one_way(mailboxes):
    assert outcome(check(organization(), mailboxes)) == "pass"


@pytest.mark.parametrize(
    "leftover",
    [
        mailbox(act_method=ActMethod.OUTLOOK, owner=queue()),
        mailbox(act_method=ActMethod.OUTLOOK, owner=forward_owner()),
        mailbox(act_method=ActMethod.OUTLOOK, owner=owner(enabled=False)),
        mailbox(act_method=ActMethod.OUTLOOK, owner=owner(is_application=True)),
        mailbox(act_method=ActMethod.OUTLOOK, owner=owner(is_pseudo_user=True)),
        mailbox(act_method=ActMethod.OUTLOOK, owner=owner(access_mode=AccessMode.SUPPORT)),
        mailbox(act_method=ActMethod.OUTLOOK, owner=owner(access_mode=AccessMode.NON_INTERACTIVE)),
        mailbox(act_method=ActMethod.OUTLOOK, has_address=False),
        mailbox(act_method=ActMethod.OUTLOOK, active=False),
    ],
    ids=lambda m: m.owner.kind.value,
)
def test_leftovers_of_the_default_method_say_nothing(leftover):
    assert outcome(check(organization(), every(SERVER, leftover))) == "pass"


def test_nobody_with_appointments_is_not_applicable():
    nobody = every(mailbox(act_method=ActMethod.NONE))
    assert outcome(check(organization(), nobody)) == "not-applicable"


OPEN = [mailbox(act_method=MISSING), mailbox(owner=owner(access_mode=MISSING))]


@pytest.mark.parametrize("open", OPEN)
@pytest.mark.parametrize("at", [0, 1, 2])
def test_both_ways_seen_are_enough_whatever_another_mailbox_hides(open, at):
    mailboxes = [SERVER, OUTLOOK]
    mailboxes.insert(at, open)
    verdict = check(organization(), every(*mailboxes))
    assert outcome(verdict) == "fail"
    assert "1 active user mailbox synchronizes" in verdict.message


@pytest.mark.parametrize("open", OPEN)
@pytest.mark.parametrize("seen", [[], [SERVER], [OUTLOOK]])
def test_one_way_seen_is_not_enough_where_another_mailbox_hides_its_own(open, seen):
    with pytest.raises(Undecided):
        check(organization(), every(*seen, open))


def test_how_grave_its_failure_is():
    assert gravity("mixed-outlook-and-server-side-synchronization") == ("warning", "unsupported")
