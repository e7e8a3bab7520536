"""What Dynamics 365 itself shows of a mailbox, which contradicts what is only inferred."""

import pytest
from msgspec.structs import asdict

from rules.facts import Mailbox
from rules.option_sets import TestStatus
from rules.shown_success import SHOWN_BY, shown_to_work
from rules.unknown import Unknown
from tests.rules.facts import mailbox, organization
from tests.rules.worlds import THRESHOLDS

HOUR, DAY = 3600, 86400
NOT_READ = Unknown(reason="It was not read.", remedy="Read it.")


def shown(*, since_change: bool = True, backs_off: bool = False, **changes: object):
    own = organization(backs_off_inactive_mailboxes=backs_off)
    found = shown_to_work(mailbox(**changes), own, THRESHOLDS, since_change=since_change)
    return {direction for direction, works in found.items() if works is True}


def test_a_fresh_success_shows_both_directions_that_passed_their_test():
    assert shown() == {"incoming", "outgoing"}


@pytest.mark.parametrize(("age_s", "works"), [(0, True), (HOUR, False), (None, False)])
def test_an_old_success_shows_nothing(age_s: int | None, works: bool):
    found = shown(since_success_s=age_s, since_test_s=DAY)
    assert ("incoming" in found, "outgoing" in found) == (works, works)


def test_where_the_organisation_backs_off_a_success_is_fresh_for_longer():
    assert "incoming" in shown(since_success_s=HOUR, backs_off=True)


def test_a_success_before_the_last_change_of_the_profile_shows_nothing_of_it():
    earlier = {"synchronized_since_profile_change": False, "tested_since_profile_change": False}
    assert shown(**earlier) == frozenset()
    assert shown(since_change=False, **earlier) == {"incoming", "outgoing"}


def test_outgoing_email_leaves_no_mark_but_its_test():
    assert "outgoing" not in shown(outgoing_status=TestStatus.FAILURE)
    assert "outgoing" not in shown(enabled_for_outgoing=False)
    assert "outgoing" not in shown(tested_since_profile_change=False)


def test_a_method_that_failed_its_test_shows_nothing():
    failed = {"incoming_status": TestStatus.FAILURE, "act_status": TestStatus.FAILURE}
    assert "incoming" not in shown(**failed)


@pytest.mark.parametrize(
    "fact",
    [
        "since_success_s",
        "incoming_status",
        "enabled_for_incoming",
        "synchronized_since_profile_change",
    ],
)
def test_what_was_not_read_may_show_that_it_works(fact: str):
    never_by_appointments = {"act_status": TestStatus.FAILURE}
    found = shown_to_work(
        mailbox(**{fact: NOT_READ, **never_by_appointments}),
        organization(),
        THRESHOLDS,
        since_change=True,
    )
    assert isinstance(found["incoming"], Unknown)


def test_how_fresh_is_fresh_is_open_only_between_the_two_limits():
    def found(age_s: int):
        own = organization(backs_off_inactive_mailboxes=NOT_READ)
        made = mailbox(since_success_s=age_s)
        return shown_to_work(made, own, THRESHOLDS, since_change=True)["incoming"]

    assert found(0) is True
    assert isinstance(found(HOUR), Unknown)
    assert found(30 * DAY) is False


class Recorded(Mailbox, frozen=True, kw_only=True):
    """A mailbox that notes which of its facts are looked at."""

    def __getattribute__(self, name: str):
        LOOKED_AT.add(name)
        return super().__getattribute__(name)


LOOKED_AT: set[str] = set()


@pytest.mark.parametrize("changes", [{}, {"since_success_s": None}, {"since_test_s": NOT_READ}])
def test_nothing_is_looked_at_but_what_mailboxes_are_told_apart_by(changes: dict[str, object]):
    LOOKED_AT.clear()
    told = asdict(mailbox(**changes))
    shown_to_work(Recorded(**told), organization(), THRESHOLDS, since_change=True)
    assert LOOKED_AT & set(Mailbox.__struct_fields__) == set(SHOWN_BY)
