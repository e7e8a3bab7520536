import pytest

from rules.health.user_with_deactivated_mailbox import check
from rules.option_sets import AccessMode, EmailMethod
from rules.rule import catalogue
from rules.unknown import Undecided
from rules.verdict import outcome
from tests.rules.facts import MISSING, forward_owner, mailbox, owner, queue
from tests.rules.gravity import gravity

NO_EMAIL = {"incoming_method": EmailMethod.NONE, "outgoing_method": EmailMethod.NONE}


def test_every_mailbox_is_judged_since_a_deactivated_one_never_synchronizes():
    (rule,) = (each for each in catalogue() if each.id == "user-with-deactivated-mailbox")
    assert rule.population == "all"


@pytest.mark.parametrize(("active", "expected"), [(False, "fail"), (True, "pass")])
@pytest.mark.parametrize("field", ["incoming_method", "outgoing_method"])
def test_an_enabled_user_needs_an_active_mailbox(active, expected, field):
    wanted = owner(**{**NO_EMAIL, field: EmailMethod.SERVER_SIDE})
    assert outcome(check(mailbox(active=active, owner=wanted))) == expected


@pytest.mark.parametrize(
    "other",
    [
        queue(),
        forward_owner(),
        owner(enabled=False),
        owner(is_application=True),
        owner(is_pseudo_user=True),
        owner(access_mode=AccessMode.SUPPORT),
        owner(access_mode=AccessMode.DELEGATED_ADMIN),
        owner(has_address=False),
        owner(default_mailbox_is_this=False),
        owner(**NO_EMAIL),
    ],
)
def test_others_do_without(other):
    assert outcome(check(mailbox(active=False, owner=other))) == "not-applicable"


@pytest.mark.parametrize(
    "hidden",
    ["kind", "enabled", "is_application", "is_pseudo_user", "access_mode", "has_address"],
)
def test_what_is_not_known_of_the_user_is_undetermined(hidden):
    with pytest.raises(Undecided):
        check(mailbox(active=False, owner=owner(**{hidden: MISSING})))


def test_an_unknown_state_is_undetermined():
    with pytest.raises(Undecided):
        check(mailbox(active=MISSING))


def test_how_grave_its_failure_is():
    assert gravity("user-with-deactivated-mailbox") == ("error", "stops")
