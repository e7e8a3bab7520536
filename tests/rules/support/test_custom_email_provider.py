import pytest

from rules.support.custom_email_provider import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, declared, organization
from tests.rules.gravity import gravity


@pytest.mark.parametrize(("said", "expected"), [(True, "fail"), (False, "pass")])
def test_the_declaration_decides(said, expected):
    verdict = check(organization(), declared(custom_email_providers=said))
    assert outcome(verdict) == expected
    assert [e.value for e in verdict.evidence] == [said]


def test_undeclared_it_is_undetermined():
    with pytest.raises(Undecided):
        check(organization(), declared(custom_email_providers=MISSING))


def test_how_grave_its_failure_is():
    assert gravity("custom-email-provider") == ("error", "unsupported")
