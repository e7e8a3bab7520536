import pytest

from rules.health.profile_connection_test_failed import check
from rules.option_sets import ProfileTestStatus
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, profile, use
from tests.rules.gravity import gravity

RESULTS = ["last_test", "last_authorization", "last_validation"]


@pytest.mark.parametrize("result", RESULTS)
@pytest.mark.parametrize("others", [ProfileTestStatus.SUCCESS, None, MISSING])
def test_one_failure_is_enough(result, others):
    changes = dict.fromkeys(RESULTS, others)
    verdict = check(profile(**{**changes, result: ProfileTestStatus.FAILURE}), use())
    assert outcome(verdict) == "fail"
    assert verdict.severity is None


def test_it_is_a_warning_where_a_mailbox_synchronized_since():
    failed = profile(last_test=ProfileTestStatus.FAILURE)
    verdict = check(failed, use(synchronized_since_test=True))
    assert verdict.severity == "warning"
    with pytest.raises(Undecided):
        check(failed, use(synchronized_since_test=MISSING))


@pytest.mark.parametrize("result", [ProfileTestStatus.SUCCESS, ProfileTestStatus.WARNING])
def test_anything_else_passes(result):
    assert outcome(check(profile(last_test=result), use())) == "pass"


def test_a_test_that_was_never_run_is_not_applicable():
    never = profile(**dict.fromkeys(RESULTS))
    assert outcome(check(never, use())) == "not-applicable"


@pytest.mark.parametrize("hidden", RESULTS)
def test_what_is_not_known_is_undetermined(hidden):
    with pytest.raises(Undecided):
        check(profile(**{hidden: MISSING}), use())


def test_how_grave_its_failure_is():
    assert gravity("profile-connection-test-failed") == ("error", "stops")
