import pytest

from rules.health.certificate_expires_soon import DAYS, check
from rules.thresholds import Thresholds
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, certificate, mail_server
from tests.rules.gravity import gravity

LIMITS = Thresholds({DAYS.name: DAYS})


@pytest.mark.parametrize(("days", "expected"), [(21, "pass"), (20, "fail"), (0, "fail")])
def test_three_weeks_before_the_end_it_is_time(days, expected):
    server = mail_server(certificate=certificate(days_left=days))
    assert outcome(check(server, LIMITS)) == expected


def test_the_day_of_the_end_is_told_and_how_many_days_are_left():
    own = certificate(days_left=20, expires_at="2026-12-13T12:34:56Z")
    message = check(mail_server(certificate=own), LIMITS).message
    assert "expires on 2026-12-13, in 20 days." in message


def test_one_that_has_expired_or_was_not_shown_is_judged_elsewhere():
    expired = mail_server(certificate=certificate(expired=True, days_left=-1))
    assert outcome(check(expired, LIMITS)) == "not-applicable"
    assert outcome(check(mail_server(certificate=None), LIMITS)) == "not-applicable"


def test_a_certificate_that_was_not_read_leaves_it_open():
    with pytest.raises(Undecided):
        check(mail_server(certificate=MISSING), LIMITS)


def test_how_grave_its_failure_is():
    assert gravity("certificate-expires-soon") == ("warning", "ends")
