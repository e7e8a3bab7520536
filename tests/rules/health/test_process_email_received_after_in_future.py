import pytest

from rules.health.process_email_received_after_in_future import check
from rules.option_sets import EmailMethod
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, mailbox, profile
from tests.rules.gravity import gravity

LATER = {"process_email_after_in_future": True}
OPEN = {"process_email_after_in_future": MISSING}


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        (mailbox(), "pass"),
        (mailbox(profile=None), "pass"),
        (mailbox(**LATER), "fail"),
        (mailbox(**LATER, profile=MISSING), "fail"),
        (mailbox(profile=profile(**LATER)), "fail"),
        (mailbox(**OPEN, profile=profile(**LATER)), "fail"),
    ],
)
def test_the_later_of_both_dates_counts(subject, expected):
    assert outcome(check(subject)) == expected


def test_where_nothing_is_read_the_date_says_nothing():
    subject = mailbox(**LATER, incoming_method=EmailMethod.NONE)
    assert outcome(check(subject)) == "not-applicable"


@pytest.mark.parametrize(
    "hidden",
    [
        OPEN,
        {**OPEN, "profile": None},
        {"profile": MISSING},
        {"profile": profile(**OPEN)},
        {"incoming_method": MISSING, **LATER},
    ],
)
def test_what_is_not_known_leaves_it_open(hidden):
    with pytest.raises(Undecided):
        check(mailbox(**hidden))


def test_how_grave_its_failure_is():
    assert gravity("process-email-received-after-in-future") == ("warning", "stops")
