import pytest

from rules.health.user_and_mailbox_methods_differ import check
from rules.option_sets import EmailMethod
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, forward_owner, mailbox, owner, queue
from tests.rules.gravity import gravity


def test_passes_where_both_agree():
    assert outcome(check(mailbox())) == "pass"


@pytest.mark.parametrize("way", ["incoming", "outgoing"])
@pytest.mark.parametrize("method", [EmailMethod.NONE, EmailMethod.OUTLOOK])
def test_one_direction_is_enough(way, method):
    verdict = check(mailbox(owner=owner(**{f"{way}_method": method})))
    assert outcome(verdict) == "fail"
    assert f"({way})" in verdict.message


def test_a_difference_counts_even_where_the_other_direction_is_unknown():
    subject = owner(incoming_method=EmailMethod.NONE, outgoing_method=MISSING)
    assert outcome(check(mailbox(owner=subject))) == "fail"


@pytest.mark.parametrize("other", [queue(), forward_owner()])
def test_only_users_have_such_columns(other):
    assert outcome(check(mailbox(owner=other))) == "not-applicable"


@pytest.mark.parametrize(
    "hidden",
    [
        {"owner": owner(kind=MISSING)},
        {"owner": owner(incoming_method=MISSING)},
        {"owner": owner(incoming_method=None)},
        {"outgoing_method": MISSING},
    ],
)
def test_what_is_not_known_leaves_it_open(hidden):
    with pytest.raises(Undecided):
        check(mailbox(**hidden))


def test_how_grave_its_failure_is():
    assert gravity("user-and-mailbox-methods-differ") == ("warning", "advice")
