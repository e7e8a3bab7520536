import pytest

from rules.lifecycle.dynamics_365_for_outlook_retired import check
from rules.option_sets import ActMethod, EmailMethod
from rules.unknown import Undecided
from tests.rules.facts import MISSING, mailbox, on_premises, organization, owner, queue
from tests.rules.gravity import gravity
from tests.rules.lifecycle.days import days_before, on, told

TODAY = on("2026-11-23")
METHODS = {
    "incoming_method": EmailMethod.OUTLOOK,
    "outgoing_method": EmailMethod.OUTLOOK,
    "act_method": ActMethod.OUTLOOK,
}


@pytest.mark.parametrize("field", METHODS)
def test_any_method_by_outlook_is_enough(field):
    others = {name: MISSING for name in METHODS if name != field}
    subject = mailbox(**{**others, field: METHODS[field]})
    assert told(check(subject, organization(), TODAY)) == "error"


@pytest.mark.parametrize(("days", "expected"), [(1, "warning"), (0, "error"), (-1, "error")])
def test_the_add_in_stopped_on_its_day(days, expected):
    dates = days_before("2020-12-04", days)
    assert told(check(mailbox(act_method=ActMethod.OUTLOOK), organization(), dates)) == expected


@pytest.mark.parametrize(("days", "expected"), [(181, "pass"), (180, "warning")])
def test_it_is_warned_of_for_180_days(days, expected):
    dates = days_before("2020-10-01", days)
    assert told(check(mailbox(act_method=ActMethod.OUTLOOK), organization(), dates)) == expected


def test_server_side_synchronization_passes():
    assert told(check(mailbox(), organization(), TODAY)) == "pass"


@pytest.mark.parametrize(
    ("subject", "where"),
    [
        (mailbox(**METHODS), on_premises()),
        (mailbox(**METHODS, owner=queue()), organization()),
        (mailbox(**METHODS, owner=owner(enabled=False)), organization()),
        (mailbox(**METHODS, has_address=False), organization()),
        (mailbox(**METHODS, active=False), organization()),
    ],
)
def test_leftovers_of_the_default_method_say_nothing(subject, where):
    assert told(check(subject, where, TODAY)) == "not-applicable"


@pytest.mark.parametrize("field", METHODS)
def test_an_unknown_method_is_undetermined(field):
    with pytest.raises(Undecided):
        check(mailbox(**{field: MISSING}), organization(), TODAY)


def test_how_grave_its_failure_is():
    assert gravity("dynamics-365-for-outlook-retired") == ("error", "degrades")
