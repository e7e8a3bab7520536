import pytest

from rules.health.host_not_found import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, mail_server


@pytest.mark.parametrize(("found", "expected"), [(True, "pass"), (False, "fail")])
def test_the_name_must_resolve(found, expected):
    verdict = check(mail_server(host_found=found, connects=MISSING))
    assert outcome(verdict) == expected
    assert "pop.contoso.com" in verdict.message


def test_a_name_that_was_not_asked_for_leaves_it_open():
    with pytest.raises(Undecided):
        check(mail_server(host_found=MISSING))
