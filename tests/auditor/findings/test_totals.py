"""Causes name what one fix clears: findings that nobody answers for, by the profile they share."""

import datetime
from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from auditor.audit import audit
from auditor.model import RootCause
from auditor.request import Waiver
from connectors.dynamics.tables.emailserverprofiles import ProfileRow
from connectors.dynamics.tables.mailboxes import MailboxRow
from rules.rule import catalogue
from tests.auditor import rows
from tests.auditor.recorded import READ_AT, request

UNTIL = datetime.date(2028, 1, 1)
UNAPPROVED = {"emailrouteraccessapproval": 0}


def causes(
    rule_id: str,
    mailboxes: Sequence[MailboxRow],
    profiles: Sequence[ProfileRow] | None = None,
    *waivers: Waiver,
) -> list[RootCause]:
    (rule,) = (each for each in catalogue() if each.id == rule_id)
    asked = replace(request((rule,), {}), waivers=waivers)
    return list(audit(asked, rows.tables(mailboxes, profiles=profiles), lambda: READ_AT).causes)


def unapproved(*ids: str, profile: str = rows.PROFILE) -> list[MailboxRow]:
    return [rows.mailbox(id, profile=profile, **UNAPPROVED) for id in ids]


def waiver(rule: str, subject: str | None = None) -> Waiver:
    return Waiver(rule=rule, reason="CHG-1", until=UNTIL, subject=subject)


def test_mailboxes_of_one_profile_are_one_cause_and_the_largest_comes_first() -> None:
    found = causes(
        "mailbox-not-approved",
        [*unapproved("a"), *unapproved("b", "c", profile="profile-2"), rows.mailbox("d")],
        [rows.profile(), rows.profile("profile-2")],
    )
    assert [(each.subject.id, each.clears, each.affected) for each in found] == [
        ("profile-2", 2, 2),
        ("profile-1", 1, 1),
    ]


@pytest.mark.parametrize("order", [1, -1])
def test_causes_that_clear_as_many_stand_in_one_order_whatever_the_servers(order):
    ids = ["profile-1", "profile-2", "profile-3"][::order]
    mailboxes = [each for id in ids for each in unapproved(f"{id}-a", f"{id}-b", profile=id)]
    found = causes("mailbox-not-approved", mailboxes, [rows.profile(id) for id in ids])
    assert [(each.subject.id, each.clears) for each in found] == [
        ("profile-1", 2),
        ("profile-2", 2),
        ("profile-3", 2),
    ]


def test_a_profile_counts_the_mailboxes_that_synchronize_over_it() -> None:
    inactive = rows.profile(statecode=1)
    (found,) = causes("inactive-profile-in-use", [], [inactive]) or (None,)
    assert found is None
    mailboxes = [rows.mailbox("a"), rows.mailbox("b")]
    (found,) = causes("unencrypted-connection", mailboxes, [rows.profile(incomingusessl=False)])
    assert (found.subject.kind, found.clears, found.affected) == ("profile", 1, 2)


def test_what_somebody_answers_for_is_no_cause() -> None:
    mailboxes = unapproved("a", "b", "c")
    some = waiver("mailbox-not-approved", "mailbox:b")
    (found,) = causes("mailbox-not-approved", mailboxes, None, some)
    assert (found.clears, found.affected) == (2, 2)
    assert causes("mailbox-not-approved", mailboxes, None, waiver("mailbox-not-approved")) == []
    plain = rows.profile(incomingusessl=False)
    covered = waiver("unencrypted-connection", "profile:profile-1")
    assert causes("unencrypted-connection", mailboxes, [plain], covered) == []
