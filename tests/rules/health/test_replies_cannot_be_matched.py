import pytest

from rules.health.replies_cannot_be_matched import check
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, organization
from tests.rules.gravity import gravity


@pytest.mark.parametrize(
    ("correlates", "tokens", "expected"),
    [
        (True, True, "pass"),
        (True, False, "pass"),
        (False, True, "pass"),
        (False, False, "fail"),
        (True, MISSING, "pass"),
    ],
)
def test_either_way_is_enough(correlates, tokens, expected):
    verdict = check(organization(correlates_email=correlates, uses_tracking_token=tokens))
    assert outcome(verdict) == expected


@pytest.mark.parametrize(("correlates", "tokens"), [(MISSING, False), (False, MISSING)])
def test_what_is_not_known_leaves_it_open(correlates, tokens):
    with pytest.raises(Undecided):
        check(organization(correlates_email=correlates, uses_tracking_token=tokens))


def test_how_grave_its_failure_is():
    assert gravity("replies-cannot-be-matched") == ("warning", "degrades")
