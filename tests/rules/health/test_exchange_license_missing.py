import pytest

from rules.email_systems import Purpose
from rules.health.exchange_license_missing import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, exchange_mailbox, mailbox
from tests.rules.gravity import gravity


def judge(**changes):
    return check(mailbox(exchange=exchange_mailbox(**changes)))


@pytest.mark.parametrize(
    ("licensed", "expected"), [(False, "fail"), (True, "pass"), (None, "undetermined")]
)
def test_a_person_needs_a_licence(licensed, expected):
    assert outcome(judge(has_exchange_license=licensed)) == expected


@pytest.mark.parametrize("purpose", [Purpose.SHARED, Purpose.ROOM, None])
def test_other_mailboxes_need_none(purpose):
    assert outcome(judge(has_exchange_license=False, purpose=purpose)) == "not-applicable"


@pytest.mark.parametrize("hidden", ["purpose", "has_exchange_license"])
def test_what_is_not_known_is_undetermined(hidden):
    with pytest.raises(Undecided):
        judge(**{hidden: MISSING})


def test_how_grave_its_failure_is():
    assert gravity("exchange-license-missing") == ("error", "stops")
