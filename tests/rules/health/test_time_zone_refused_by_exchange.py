import pytest

from rules.health.time_zone_refused_by_exchange import check
from rules.option_sets import ActMethod
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, forward_owner, mailbox, owner, queue
from tests.rules.gravity import gravity


def verdict(zone, **changes):
    return check(
        mailbox(
            **{
                "act_method": ActMethod.SERVER_SIDE,
                "owner": owner(refused_time_zone=zone),
                **changes,
            }
        )
    )


@pytest.mark.parametrize(("zone", "expected"), [("Turkey Standard Time", "fail"), (None, "pass")])
def test_a_zone_that_exchange_may_refuse_is_a_finding(zone, expected):
    assert outcome(verdict(zone)) == expected


def test_the_zone_is_named():
    assert "Turkey Standard Time" in verdict("Turkey Standard Time").message


@pytest.mark.parametrize(
    "changes",
    [{"act_method": ActMethod.NONE}, {"owner": queue()}, {"owner": forward_owner()}],
)
def test_without_appointments_of_a_user_it_does_not_apply(changes):
    assert outcome(verdict("Turkey Standard Time", **changes)) == "not-applicable"


@pytest.mark.parametrize(
    "changes",
    [
        {"act_method": MISSING},
        {"owner": owner(kind=MISSING)},
        {"owner": owner(refused_time_zone=MISSING)},
    ],
)
def test_unknown_is_undetermined(changes):
    with pytest.raises(Undecided):
        verdict(None, **changes)


def test_how_grave_its_failure_is():
    assert gravity("time-zone-refused-by-exchange") == ("note", "degrades")
