import pytest

from rules.support.auto_discover_off import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, exchange_server_profile, on_premises, organization, profile
from tests.rules.gravity import gravity


def test_fails_where_it_is_off_and_reports_the_column():
    verdict = check(profile(auto_discover=False), organization())
    assert outcome(verdict) == "fail"
    assert "as the column says" in verdict.message
    assert [e.value for e in verdict.evidence] == [False]


def test_passes_where_it_is_on():
    assert outcome(check(profile(), organization())) == "pass"


@pytest.mark.parametrize("field", ["auto_discover", "is_exchange_online"])
def test_undetermined_where_it_cannot_be_told(field):
    with pytest.raises(Undecided):
        check(profile(**{field: MISSING}), organization())


def test_exchange_server_and_on_premises_are_never_meant():
    assert outcome(check(exchange_server_profile(), organization())) == "not-applicable"
    assert outcome(check(profile(auto_discover=False), on_premises())) == "not-applicable"


def test_how_grave_its_failure_is():
    assert gravity("auto-discover-off") == ("error", "unsupported")
