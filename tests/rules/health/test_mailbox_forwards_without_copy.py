import pytest

from rules.health.mailbox_forwards_without_copy import check
from rules.option_sets import EmailMethod
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import (
    MISSING,
    OTHER_TENANT,
    exchange_mailbox,
    exchange_server_profile,
    mailbox,
    organization,
    profile,
)
from tests.rules.gravity import gravity

AWAY = exchange_mailbox(forwards_without_copy=True)


def judged(subject):
    return check(subject, organization())


def test_forwarding_without_a_copy_fails():
    verdict = judged(mailbox(exchange=AWAY))
    assert outcome(verdict) == "fail"
    assert "nothing to synchronize" in verdict.message


def test_email_that_stays_passes():
    assert outcome(judged(mailbox())) == "pass"


@pytest.mark.parametrize(
    "subject",
    [
        mailbox(exchange=AWAY, incoming_method=EmailMethod.NONE),
        mailbox(exchange=AWAY, profile=None),
        mailbox(exchange=AWAY, profile=exchange_server_profile()),
        mailbox(exchange=exchange_mailbox(forwards_without_copy=None)),
    ],
)
def test_where_no_email_of_exchange_online_is_read_it_says_nothing(subject):
    assert outcome(judged(subject)) == "not-applicable"


def test_a_mailbox_of_another_tenant_is_left_open():
    other = profile(same_tenant=False, mail_tenant_id=OTHER_TENANT)
    assert outcome(judged(mailbox(exchange=AWAY, profile=other))) == "undetermined"


@pytest.mark.parametrize(
    "hidden",
    [
        {"incoming_method": MISSING},
        {"profile": MISSING},
        {"exchange": exchange_mailbox(forwards_without_copy=MISSING)},
    ],
)
def test_what_is_not_known_is_undetermined(hidden):
    with pytest.raises(Undecided):
        judged(mailbox(**hidden))


def test_a_mailbox_of_another_tenant_that_was_read_is_judged():
    other = profile(same_tenant=False, mail_tenant_id=OTHER_TENANT, another_tenant_was_read=False)
    assert outcome(judged(mailbox(exchange=AWAY, profile=other))) == "fail"


def test_how_grave_its_failure_is():
    assert gravity("mailbox-forwards-without-copy") == ("error", "stops")
