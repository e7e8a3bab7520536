"""What would have to be repaired so that mailboxes work, and in which order."""

import pytest

from tests.auditor import rows
from tests.auditor.findings.test_standing import DECISIVE, UNTESTED, audited, cause


def test_a_mailbox_that_also_failed_its_test_is_not_repaired_by_its_profile_alone() -> None:
    outside = rows.tables(
        [rows.mailbox("a"), rows.mailbox("b", incomingemailstatus=2)],
        profiles=[rows.profile(statecode=1)],
    )
    found = audited(outside, [*DECISIVE, "inactive-profile-in-use"])
    first, second = list(found.causes())
    assert (first.rules, first.mailboxes, first.repairs) == (("inactive-profile-in-use",), 2, 1)
    assert (second.rules, second.mailboxes, second.repairs) == (("incoming-email-failed",), 1, 0)
    assert {each.id: each.causes for each in found.mailboxes()} == {
        "a": (first.id,),
        "b": (second.id, first.id),
    }


def test_one_retest_repairs_all_that_failed_of_a_mailbox() -> None:
    outside = rows.tables([rows.mailbox("a", incomingemailstatus=2, outgoingemailstatus=2)])
    (found,) = audited(outside, DECISIVE).causes()
    assert found.rules == ("incoming-email-failed", "outgoing-email-failed")
    assert (found.id, found.repairs) == ("mailbox:a:test", 1)


def test_what_concerns_mailboxes_that_are_not_in_use_is_listed_without_any() -> None:
    outside = rows.tables([rows.mailbox("mailbox-1", statecode=1)])
    of = cause(audited(outside), "user-with-deactivated-mailbox")
    assert (of.subject.id, of.mailboxes, of.repairs) == ("mailbox-1", 0, 0)


@pytest.mark.parametrize("order", [1, -1])
def test_causes_that_are_as_useful_stand_in_one_order_whatever_the_servers(order: int) -> None:
    ids = ["profile-1", "profile-2", "profile-3"][::order]
    mailboxes = [rows.mailbox(f"{id}-{n}", profile=id) for id in ids for n in "ab"]
    outside = rows.tables(mailboxes, profiles=[rows.profile(id, statecode=1) for id in ids])
    found = audited(outside, [*DECISIVE, "inactive-profile-in-use"])
    assert [(each.subject.id, each.repairs) for each in found.causes()] == [
        ("profile-1", 2),
        ("profile-2", 2),
        ("profile-3", 2),
    ]


def test_causes_that_only_together_make_mailboxes_work_tell_it() -> None:
    outside = rows.tables(
        [rows.mailbox("a"), rows.mailbox("b", **UNTESTED)],
        profiles=[rows.profile(statecode=1)],
    )
    found = audited(outside, [*DECISIVE, "inactive-profile-in-use"])
    assert [(each.subject.id, each.repairs, each.repairs_together) for each in found.causes()] == [
        ("profile-1", 1, 0),
        ("b", 0, 1),
    ]


def test_the_causes_are_as_many_as_are_told() -> None:
    outside = rows.tables(
        [rows.mailbox("a", **UNTESTED), rows.mailbox("b", incomingemailstatus=2)],
        profiles=[rows.profile(statecode=1)],
    )
    found = audited(outside)
    assert len(list(found.causes())) == found.cause_count
