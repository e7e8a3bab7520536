import pytest

from rules.health.tls_not_offered import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, mail_server
from tests.rules.gravity import gravity


@pytest.mark.parametrize(
    ("connects", "offered", "expected"),
    [
        (True, True, "pass"),
        (MISSING, True, "pass"),
        (True, False, "fail"),
        (False, False, "not-applicable"),
        (False, MISSING, "not-applicable"),
    ],
)
def test_a_server_that_answers_must_offer_tls(connects, offered, expected):
    assert outcome(check(mail_server(connects=connects, tls_offered=offered))) == expected


@pytest.mark.parametrize(("connects", "offered"), [(True, MISSING), (MISSING, False)])
def test_what_is_not_known_leaves_it_open(connects, offered):
    with pytest.raises(Undecided):
        check(mail_server(connects=connects, tls_offered=offered))


def test_how_grave_its_failure_is():
    assert gravity("tls-not-offered") == ("error", "exposes")
