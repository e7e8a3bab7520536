import pytest

from rules.health.default_methods_not_server_side import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, organization
from tests.rules.gravity import gravity


@pytest.mark.parametrize(
    ("default", "expected"), [(True, "pass"), (False, "fail"), (None, "not-applicable")]
)
def test_new_mailboxes_should_start_on_the_server(default, expected):
    verdict = check(organization(default_methods_are_server_side=default))
    assert outcome(verdict) == expected


def test_what_is_not_known_leaves_it_open():
    with pytest.raises(Undecided):
        check(organization(default_methods_are_server_side=MISSING))


def test_how_grave_its_failure_is():
    assert gravity("default-methods-not-server-side") == ("note", "advice")
