import pytest

from rules.health.host_not_found import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, mail_server, on_premises, organization
from tests.rules.gravity import gravity


@pytest.mark.parametrize(("found", "expected"), [(True, "pass"), (False, "fail")])
def test_the_name_must_resolve(found, expected):
    verdict = check(mail_server(host_found=found, connects=MISSING), organization())
    assert outcome(verdict) == expected
    assert "pop.contoso.com" in verdict.message


def test_a_name_that_was_not_asked_for_leaves_it_open():
    with pytest.raises(Undecided):
        check(mail_server(host_found=MISSING), organization())


def test_dynamics_online_is_not_shown_to_find_what_only_an_internal_name_server_tells():
    inside = mail_server(is_internal=True)
    assert outcome(check(inside, organization())) == "undetermined"
    assert outcome(check(inside, on_premises())) == "pass"
    with pytest.raises(Undecided):
        check(mail_server(is_internal=MISSING), organization())
    assert outcome(check(mail_server(is_internal=MISSING), on_premises())) == "pass"


def test_dynamics_online_reaches_no_internal_address_whoever_looks():
    inside = mail_server(is_internal=True, is_named_by_address=True, host_found=MISSING)
    assert outcome(check(inside, organization())) == "fail"
    with pytest.raises(Undecided):
        check(inside, on_premises())


def test_how_grave_its_failure_is():
    assert gravity("host-not-found") == ("error", "stops")
