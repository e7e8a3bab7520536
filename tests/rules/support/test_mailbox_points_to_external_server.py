import pytest

from rules.support.mailbox_points_to_external_server import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import (
    MISSING,
    exchange_mailbox,
    exchange_server_profile,
    mailbox,
    profile,
)

OUTSIDE = exchange_mailbox(points_outside=True)


def test_fails_where_no_copy_stays():
    assert outcome(check(mailbox(exchange=OUTSIDE))) == "fail"


def test_passes_where_email_stays():
    assert outcome(check(mailbox())) == "pass"


@pytest.mark.parametrize("other", [None, exchange_server_profile()])
def test_other_profiles_are_not_meant(other):
    assert outcome(check(mailbox(exchange=OUTSIDE, profile=other))) == "not-applicable"


@pytest.mark.parametrize(
    "subject",
    [
        mailbox(exchange=exchange_mailbox(points_outside=MISSING)),
        mailbox(exchange=OUTSIDE, profile=MISSING),
        mailbox(exchange=OUTSIDE, profile=profile(is_exchange_online=MISSING)),
    ],
)
def test_undetermined_where_it_cannot_be_told(subject):
    with pytest.raises(Undecided):
        check(subject)
