import pytest

from rules.health.queue_takes_a_user_address import check
from rules.option_sets import EmailMethod, FilteringMethod
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, address_use, mailbox, owner, queue
from tests.rules.gravity import gravity

OPEN = queue(filtering=FilteringMethod.ALL)
SHARED = address_use(shared_by_user_and_open_queue=True)


def test_a_queue_open_to_all_email_must_not_read_a_user():
    assert outcome(check(mailbox(owner=OPEN), SHARED)) == "fail"
    assert outcome(check(mailbox(owner=OPEN), address_use())) == "pass"


@pytest.mark.parametrize(
    "subject",
    [
        mailbox(owner=owner()),
        mailbox(owner=OPEN, incoming_method=EmailMethod.NONE),
        *(
            mailbox(owner=queue(filtering=each))
            for each in FilteringMethod
            if each is not FilteringMethod.ALL
        ),
    ],
)
def test_others_are_not_meant(subject):
    assert outcome(check(subject, SHARED)) == "not-applicable"


@pytest.mark.parametrize(
    ("subject", "use"),
    [
        (mailbox(owner=queue(filtering=MISSING)), SHARED),
        (mailbox(owner=queue(filtering=FilteringMethod.ALL, kind=MISSING)), SHARED),
        (mailbox(owner=OPEN), address_use(shared_by_user_and_open_queue=MISSING)),
    ],
)
def test_what_is_not_known_is_undetermined(subject, use):
    with pytest.raises(Undecided):
        check(subject, use)


def test_how_grave_its_failure_is():
    assert gravity("queue-takes-a-user-address") == ("error", "exposes")
