import pytest

from rules.email_systems import Purpose
from rules.health.microsoft_365_account_disabled import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, exchange_mailbox, mailbox
from tests.rules.gravity import gravity


def judge(**changes):
    return check(mailbox(exchange=exchange_mailbox(**changes)))


@pytest.mark.parametrize(
    ("enabled", "expected"), [(False, "fail"), (True, "pass"), (None, "undetermined")]
)
def test_a_blocked_person_fails(enabled, expected):
    assert outcome(judge(account_enabled=enabled)) == expected


@pytest.mark.parametrize("purpose", [Purpose.SHARED, Purpose.ROOM, None])
def test_sign_in_of_other_mailboxes_is_off_by_design(purpose):
    assert outcome(judge(account_enabled=False, purpose=purpose)) == "not-applicable"


@pytest.mark.parametrize("hidden", ["purpose", "account_enabled"])
def test_what_is_not_known_is_undetermined(hidden):
    with pytest.raises(Undecided):
        judge(**{hidden: MISSING})


def test_how_grave_its_failure_is():
    assert gravity("microsoft-365-account-disabled") == ("error", "stops")
