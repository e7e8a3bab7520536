"""From rows of mailboxes to configurations: each distinct one becomes facts once."""

from typing import Any

import pytest
from msgspec import UNSET

from connectors.columnar.page import Page
from connectors.dynamics.tables.emailserverprofiles import ProfileRow
from connectors.dynamics.tables.mailboxes import MailboxRow
from connectors.normalisation.alerts import AlertIndex
from connectors.normalisation.mailbox.configurations import Mailboxes, as_used
from connectors.normalisation.mailbox.mailbox_flags import MailboxFlags
from connectors.normalisation.mailbox.owners import Owners
from connectors.sources.readings import Reading
from connectors.sources.source import SourceState, Status
from rules.facts import EmailServerProfile, Mailbox, OwnerKind
from rules.option_sets import ActMethod, EmailMethod
from rules.unknown import Unknown
from tests.auditor import rows
from tests.connectors.dynamics.readings import READ_AT
from tests.connectors.normalisation.mailbox.test_keys import exchange, limits_of, unread
from tests.rules.facts import MISSING, profile

PROFILES = "dynamics.emailserverprofiles"
OWN = profile(id=rows.PROFILE)
BEFORE, AFTER = "2026-11-01T00:00:00Z", "2026-11-23T02:55:00Z"


def mailboxes(
    *changed: Any,
    profiles: dict[str, EmailServerProfile] | None = None,
    state: Status = "read",
    owners: Owners | None = None,
    **of_table: Any,
) -> Mailboxes:
    """`changed` are the moments at which profiles were changed last."""
    told = tuple(
        (ProfileRow(f"profile-{at}", modifiedon=moment), READ_AT)
        for at, moment in enumerate(changed, 1)
    )
    ended = SourceState(PROFILES, state, code="gone", reason="why", remedy="how")
    readings = unread() | {PROFILES: Reading(ended, told)}
    if owners is None:
        owners = Owners()
        owners.add_users(Page([rows.user()], READ_AT, ""))
        owners.describe(
            SourceState("dynamics.systemusers", "read"), SourceState("dynamics.queues", "read")
        )
    flags = MailboxFlags(readings, None, AlertIndex(None, 0), 0)
    columns = tuple(MailboxRow.__struct_fields__)
    own = SourceState("dynamics.mailboxes", "read", columns=columns, **of_table)
    known = {rows.PROFILE: OWN} if profiles is None else profiles
    return Mailboxes(own, known, owners, exchange(), readings, flags, limits_of)


def page(*mailbox: MailboxRow) -> Page:
    return Page(list(mailbox), READ_AT, "")


def fact(own: Mailboxes, **changes: Any) -> Mailbox:
    (number,) = own.intern(page(rows.mailbox(**changes))).numbers.tolist()
    return own.configurations[number].mailbox


def test_rows_that_are_judged_alike_are_one_configuration() -> None:
    own = mailboxes()
    first = own.intern(page(rows.mailbox("mailbox-7"), rows.mailbox("mailbox-2", statecode=1)))
    assert first.numbers.tolist() == [0, 1]
    again = own.intern(page(rows.mailbox("mailbox-3", statecode=1), rows.mailbox("mailbox-4")))
    assert again.numbers.tolist() == [1, 0]
    more = own.intern(page(rows.mailbox("mailbox-5"), rows.mailbox("mailbox-6", statecode=None)))
    assert more.numbers.tolist() == [0, 2]
    assert [each.number for each in own.configurations] == [0, 1, 2]
    assert [each.profile_id for each in own.configurations] == [rows.PROFILE] * 3


def test_what_configurations_have_in_common_is_one_object() -> None:
    own = mailboxes()
    one, other = fact(own), fact(own, statecode=1)
    assert one.owner is other.owner
    assert one.origins is other.origins


def test_again_has_other_profiles_and_nothing_met() -> None:
    own = mailboxes()
    first = fact(own)
    other = own.again({rows.PROFILE: profile(name="other")})
    assert other.configurations == []
    changed = fact(other).profile
    assert isinstance(changed, EmailServerProfile)
    assert changed.name == "other"
    assert first.profile == OWN
    assert len(own.configurations) == 1


@pytest.mark.parametrize("id", [None, UNSET])
def test_a_mailbox_without_a_profile_names_none(id: Any) -> None:
    own = mailboxes()
    found = fact(own, profile=id)
    assert own.configurations[0].profile_id is None
    if id is None:
        assert found.profile is None
    else:
        assert isinstance(found.profile, Unknown)


@pytest.mark.parametrize(("state", "cause"), [("read", None), ("failed", "gone")])
def test_a_profile_that_is_not_there_does_not_exist_or_was_not_read(
    state: Status, cause: str | None
) -> None:
    found = fact(mailboxes(profiles={}, state=state)).profile
    assert isinstance(found, Unknown)
    assert (found.cause.code if found.cause else None) == cause
    assert ("does not exist" in found.reason) is (cause is None)


@pytest.mark.parametrize(
    ("regarding", "kind"),
    [(rows.USER, OwnerKind.USER), (None, OwnerKind.FORWARD), ("nobody", None), (UNSET, None)],
)
def test_whose_a_mailbox_is(regarding: Any, kind: OwnerKind | None) -> None:
    owner = fact(mailboxes(), regarding=regarding).owner
    if kind is not None:
        assert owner.kind is kind
        assert (owner.enabled is None) is (kind is OwnerKind.FORWARD)
    else:
        assert isinstance(owner.kind, Unknown)
        assert owner.enabled is owner.kind
        assert owner.evidence("kind", "enabled")


@pytest.mark.parametrize(
    ("changed", "since_success", "since_test"),
    [
        (BEFORE, True, True),
        (AFTER, False, False),
        ("2026-11-23T02:50:00Z", False, False),
        (UNSET, None, None),
        (None, None, None),
        ("soon", None, None),
    ],
)
def test_what_came_after_the_last_change_of_the_profile(
    changed: Any, since_success: bool | None, since_test: bool | None
) -> None:
    found = fact(
        mailboxes(changed),
        lastsuccessfulsynccompletedon="2026-11-23T02:50:00Z",
        testmailboxaccesscompletedon="2026-11-23T02:50:00Z",
    )
    for value, expected in (
        (found.synchronized_since_profile_change, since_success),
        (found.tested_since_profile_change, since_test),
    ):
        if expected is None:
            assert isinstance(value, Unknown)
            assert value.reason == "When the email server profile was last changed was not read."
        else:
            assert value is expected


def test_a_success_and_a_test_are_compared_each_by_itself() -> None:
    moments = {
        "lastsuccessfulsynccompletedon": "2026-11-23T02:00:00Z",
        "testmailboxaccesscompletedon": "2026-11-22T02:00:00Z",
    }
    found = fact(mailboxes("2026-11-22T12:00:00Z"), **moments)
    assert found.synchronized_since_profile_change is True
    assert found.tested_since_profile_change is False


def test_what_never_happened_came_after_nothing_and_what_was_not_read_is_open() -> None:
    found = fact(mailboxes(UNSET), lastsuccessfulsynccompletedon=None)
    assert found.synchronized_since_profile_change is False
    open_ = fact(mailboxes(BEFORE), lastsuccessfulsynccompletedon=UNSET)
    assert isinstance(open_.synchronized_since_profile_change, Unknown)
    assert open_.synchronized_since_profile_change == open_.since_success_s


def test_which_columns_there_are_is_known_from_the_first_page_on() -> None:
    own = mailboxes()
    own.describe(SourceState("dynamics.mailboxes", "read", absent=("statecode",)))
    found = fact(own, statecode=UNSET)
    assert isinstance(found.active, Unknown)
    assert "not in this version" in found.active.reason


SERVER_SIDE, NONE = EmailMethod.SERVER_SIDE, EmailMethod.NONE


@pytest.mark.parametrize(
    ("incoming", "outgoing", "appointments", "direction"),
    [
        (SERVER_SIDE, SERVER_SIDE, ActMethod.NONE, None),
        (SERVER_SIDE, NONE, ActMethod.NONE, "incoming"),
        (NONE, NONE, ActMethod.SERVER_SIDE, "incoming"),
        (NONE, SERVER_SIDE, ActMethod.NONE, "outgoing"),
        (NONE, SERVER_SIDE, ActMethod.SERVER_SIDE, None),
        (NONE, NONE, ActMethod.NONE, None),
        (MISSING, NONE, ActMethod.NONE, None),
        (NONE, MISSING, ActMethod.SERVER_SIDE, None),
        (SERVER_SIDE, NONE, MISSING, "incoming"),
    ],
)
def test_a_profile_is_used_in_the_directions_of_the_methods(
    incoming: Any, outgoing: Any, appointments: Any, direction: str | None
) -> None:
    methods = {
        "incoming_method": incoming,
        "outgoing_method": outgoing,
        "act_method": appointments,
    }
    found = as_used(OWN, methods)
    assert isinstance(found, EmailServerProfile)
    assert found.sole_direction == direction
    assert as_used(None, methods) is None
    assert as_used(MISSING, methods) is MISSING
