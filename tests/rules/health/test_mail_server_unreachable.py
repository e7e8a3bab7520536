import pytest

from rules.health.mail_server_unreachable import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, mail_server


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
    assert outcome(check(mail_server(host_found=found, connects=connects))) == expected


@pytest.mark.parametrize("field", ["host_found", "connects"])
def test_what_is_not_known_leaves_it_open(field):
    with pytest.raises(Undecided):
        check(mail_server(**{field: MISSING}))
