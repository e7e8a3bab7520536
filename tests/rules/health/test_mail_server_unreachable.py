import pytest

from rules.health.mail_server_unreachable import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, mail_server, on_premises, organization
from tests.rules.gravity import gravity


@pytest.mark.parametrize(
    ("found", "connects", "expected"),
    [
        (True, True, "pass"),
        (True, False, "fail"),
        (False, False, "not-applicable"),
        (False, MISSING, "not-applicable"),
    ],
)
def test_a_host_that_exists_should_answer(found, connects, expected):
    server = mail_server(host_found=found, connects=connects)
    assert outcome(check(server, organization())) == expected


@pytest.mark.parametrize(
    ("where", "connects", "expected"),
    [
        (organization(), True, "not-applicable"),
        (organization(), False, "not-applicable"),
        (on_premises(), True, "pass"),
        (on_premises(), False, "fail"),
    ],
)
def test_what_was_met_inside_is_not_what_dynamics_online_meets(where, connects, expected):
    assert outcome(check(mail_server(is_internal=True, connects=connects), where)) == expected


@pytest.mark.parametrize("field", ["host_found", "connects"])
def test_what_is_not_known_leaves_it_open(field):
    with pytest.raises(Undecided):
        check(mail_server(**{field: MISSING}), organization())


def test_a_server_that_may_have_been_met_inside_is_not_one_that_takes_no_connection():
    with pytest.raises(Undecided):
        check(mail_server(is_internal=MISSING, connects=False), organization())
    assert outcome(check(mail_server(is_internal=MISSING), organization())) == "pass"
    outside = check(mail_server(is_internal=MISSING, connects=False), on_premises())
    assert outcome(outside) == "fail"


def test_how_grave_its_failure_is():
    assert gravity("mail-server-unreachable") == ("warning", "degrades")
