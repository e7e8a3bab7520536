"""Where a mailbox lives and what it is for: each source's vote, and votes that contradict."""

from typing import Any

import pytest
from msgspec import UNSET

from connectors.normalisation.exchange.address_books import (
    AMBIGUOUS,
    FORWARDING,
    MAILBOXES,
    OPENED,
    SETTINGS,
    USERS,
    Account,
    Forwarding,
    OnlineMailbox,
    Opened,
    Settings,
)
from connectors.normalisation.exchange.location import Places
from connectors.sources.source import SourceState
from rules.email_systems import Place, Purpose
from rules.unknown import Unknown
from tests.connectors.normalisation.exchange.test_answers import AT, failed, open_, shown, told

ACCOUNT = Account(True, True, True, None, "Member")
MAILBOX = OnlineMailbox(True, "UserMailbox")
ASKED = Settings(200, None, "user")
NOT_HERE = Settings(404, "MailboxNotEnabledForRESTAPI", None)
OPENS = Opened(None, False)
DENIED = Unknown("Not read.", "Read it.")


def places(entries: Any = None, *states: SourceState, outside: Any = False) -> Places:
    return Places(told(entries, *states), outside)


def forwarding(kind: Any) -> Forwarding:
    return Forwarding(kind, None, False, False, None)


@pytest.mark.parametrize(
    ("entries", "place", "sources"),
    [
        ({MAILBOXES: MAILBOX}, Place.EXCHANGE_ONLINE, [MAILBOXES]),
        ({MAILBOXES: AMBIGUOUS}, Place.EXCHANGE_ONLINE, [MAILBOXES]),
        ({MAILBOXES: MAILBOX, SETTINGS: ASKED}, Place.EXCHANGE_ONLINE, [MAILBOXES, SETTINGS]),
        ({OPENED: OPENS}, Place.EXCHANGE_SERVER, [MAILBOXES, OPENED]),
        (
            {OPENED: OPENS, SETTINGS: NOT_HERE},
            Place.EXCHANGE_SERVER,
            [MAILBOXES, SETTINGS, OPENED],
        ),
        ({USERS: ACCOUNT}, Place.ELSEWHERE, [MAILBOXES, USERS]),
        (
            {USERS: ACCOUNT._replace(is_synchronized=True)},
            Place.EXCHANGE_SERVER,
            [MAILBOXES, USERS],
        ),
    ],
)
def test_the_place_is_where_the_sources_agree(
    entries: Any, place: Place, sources: list[str]
) -> None:
    found = places(entries).place()
    assert found.value is place
    assert [each.source for each in found.evidence] == sources


@pytest.mark.parametrize(
    ("entries", "who", "sources"),
    [
        (
            {MAILBOXES: MAILBOX, OPENED: OPENS},
            "Exchange Online and Exchange Server",
            [MAILBOXES, OPENED],
        ),
        (
            {MAILBOXES: MAILBOX, SETTINGS: NOT_HERE},
            "Exchange Online and Microsoft Graph",
            [MAILBOXES, SETTINGS],
        ),
        ({SETTINGS: ASKED}, "Microsoft Graph and Exchange Online", [SETTINGS, MAILBOXES]),
        (
            {MAILBOXES: MAILBOX, FORWARDING: forwarding("MailUser")},
            "Records of Exchange Online",
            [MAILBOXES, FORWARDING],
        ),
    ],
)
def test_sources_that_contradict_each_other_leave_the_place_open(
    entries: Any, who: str, sources: list[str]
) -> None:
    found = places(entries).place()
    assert open_(found).reason == (
        f"{who} contradict each other on whether the mailbox is in Exchange Online."
    )
    assert [each.source for each in found.evidence] == sources


@pytest.mark.parametrize(
    ("kind", "place"),
    [
        ("MailUser", Place.ELSEWHERE),
        ("GroupMailbox", Place.ELSEWHERE),
        ("MailUniversalDistributionGroup", Place.ELSEWHERE),
    ],
)
def test_a_recipient_without_a_mailbox_here_lives_beyond(kind: str, place: Place) -> None:
    own = places({USERS: ACCOUNT, FORWARDING: forwarding(kind)}, failed(MAILBOXES))
    assert own.place().value is place
    assert [each.source for each in own.place().evidence] == [FORWARDING, USERS]
    open_(
        places({USERS: ACCOUNT, FORWARDING: forwarding("UserMailbox")}, failed(MAILBOXES)).place()
    )


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        (Settings(200, None, None), Place.EXCHANGE_ONLINE),
        (Settings(404, "ErrorNonExistentMailbox", None), Place.ELSEWHERE),
        (Settings(404, "ErrorAccessDenied", None), None),
        (Settings(403, "MailboxNotEnabledForRESTAPI", None), None),
        (Settings(500, None, None), None),
    ],
)
def test_how_graph_answered_for_the_mailbox_is_a_vote(asked: Settings, place: Any) -> None:
    found = places({USERS: ACCOUNT, SETTINGS: asked}, failed(MAILBOXES)).place()
    if place is not None:
        assert found.value is place
        return
    named = f" ({asked.code})" if asked.code else ""
    assert open_(found).reason == (
        f"Microsoft Graph answered {asked.status} for the mailbox{named}, which does not say "
        "where it lives."
    )
    assert [each.value for each in open_(found).evidence] == [asked.status]


def test_where_nothing_says_it_the_source_to_repair_is_named() -> None:
    found = places({USERS: ACCOUNT}, failed(MAILBOXES)).place()
    assert open_(found).cause is not None
    assert open_(found).cause.name == MAILBOXES  # type: ignore[union-attr]
    assert shown(found) == [(USERS, "onPremisesSyncEnabled", None)]
    neither = places(None, failed(MAILBOXES), failed(USERS)).place()
    assert open_(neither).cause.name == MAILBOXES  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("outside", "place"), [(True, Place.ELSEWHERE), (DENIED, DENIED), (False, None), (None, None)]
)
def test_an_address_that_nobody_has_is_elsewhere_where_its_domain_is(
    outside: Any, place: Any
) -> None:
    for own in (places(outside=outside), places(None, failed(MAILBOXES), outside=outside)):
        found = own.place()
        if place is None:
            assert open_(found).reason.startswith("The address is of the tenant's own domain")
            assert [each.source for each in open_(found).evidence] == [USERS]
        else:
            assert found.value is place


def test_an_account_that_was_not_read_leaves_open_where_else_it_lives() -> None:
    found = places(None, failed(USERS)).place()
    assert open_(found).cause.name == USERS  # type: ignore[union-attr]
    unanswered = places({USERS: ACCOUNT._replace(is_synchronized=UNSET)}).place()
    assert "did not hold onPremisesSyncEnabled" in open_(unanswered).reason
    assert open_(unanswered).evidence[0].read_at == AT


@pytest.mark.parametrize(
    ("entries", "states", "found"),
    [
        ({USERS: ACCOUNT, MAILBOXES: MAILBOX}, [], True),
        ({USERS: AMBIGUOUS, MAILBOXES: MAILBOX}, [], True),
        ({MAILBOXES: MAILBOX}, [failed(USERS)], True),
        ({USERS: ACCOUNT}, [], True),
        ({USERS: ACCOUNT}, [failed(MAILBOXES)], True),
        ({}, [], False),
        ({}, [failed(MAILBOXES)], False),
        ({}, [failed(USERS)], None),
        ({MAILBOXES: MAILBOX}, [], None),
    ],
)
def test_somebody_in_the_tenant_has_the_address(
    entries: Any, states: list[SourceState], found: bool | None
) -> None:
    told_ = places(entries, *states).found_in_tenant()
    listed = "(holds the address)" if USERS in entries else None
    expected = [(USERS, "proxyAddresses", listed)]
    if MAILBOXES in entries:
        expected.append((MAILBOXES, "PrimarySmtpAddress", "(holds the address)"))
    assert shown(told_) == expected
    if found is None:
        open_(told_)
    else:
        assert told_.value is found


ONLINE = Place.EXCHANGE_ONLINE


@pytest.mark.parametrize(
    ("entries", "purpose"),
    [
        ({MAILBOXES: MAILBOX}, Purpose.USER),
        ({SETTINGS: ASKED}, Purpose.USER),
        ({MAILBOXES: MAILBOX, SETTINGS: ASKED}, Purpose.USER),
        ({MAILBOXES: OnlineMailbox(True, "SharedMailbox")}, Purpose.SHARED),
        ({MAILBOXES: OnlineMailbox(True, "TeamMailbox")}, Purpose.OTHER),
        ({MAILBOXES: OnlineMailbox(True, UNSET), SETTINGS: ASKED}, Purpose.USER),
        ({MAILBOXES: MAILBOX, SETTINGS: Settings(200, None, None)}, Purpose.USER),
        ({MAILBOXES: OnlineMailbox(True, "Hologram"), SETTINGS: ASKED}, Purpose.USER),
    ],
)
def test_the_purpose_is_what_a_source_says(entries: Any, purpose: Purpose) -> None:
    assert places(entries).purpose(ONLINE).value is purpose


def test_a_purpose_that_is_contradicted_unlisted_or_not_told_is_open() -> None:
    both = places({MAILBOXES: MAILBOX, SETTINGS: Settings(200, None, "room")}).purpose(ONLINE)
    assert open_(both).reason == (
        "Microsoft Graph and Exchange Online contradict each other on what the mailbox is for."
    )
    assert shown(both) == [
        (SETTINGS, "userPurpose", "room"),
        (MAILBOXES, "RecipientTypeDetails", "UserMailbox"),
    ]
    odd = places({MAILBOXES: OnlineMailbox(True, "Hologram")}).purpose(ONLINE)
    assert "The value Hologram of RecipientTypeDetails" in open_(odd).reason
    number = places({MAILBOXES: OnlineMailbox(True, 7)}).purpose(ONLINE)
    assert "The value 7 of RecipientTypeDetails" in open_(number).reason
    silent = places().purpose(ONLINE)
    assert open_(silent).reason == "No source says what the mailbox is for."
    assert shown(silent) == [(SETTINGS, "userPurpose", None)]


@pytest.mark.parametrize("place", [Place.EXCHANGE_SERVER, Place.ELSEWHERE])
def test_a_mailbox_that_is_not_online_has_neither_purpose_nor_primary_address(place: Place) -> None:
    own = places({MAILBOXES: MAILBOX, USERS: ACCOUNT})
    assert own.purpose(place).value is None
    assert own.address_is_primary(place).value is None


@pytest.mark.parametrize(
    ("entries", "states", "is_certain"),
    [
        ({USERS: ACCOUNT, SETTINGS: NOT_HERE}, [failed(MAILBOXES)], True),
        ({}, [failed(MAILBOXES)], True),
        ({USERS: ACCOUNT}, [failed(MAILBOXES)], False),
        ({}, [failed(MAILBOXES), failed(USERS)], False),
        ({MAILBOXES: MAILBOX, SETTINGS: NOT_HERE}, [], False),
    ],
)
def test_of_an_unknown_place_it_may_be_certain_that_it_is_not_online(
    entries: Any, states: list[SourceState], is_certain: bool
) -> None:
    own = places(entries, *states)
    expected = None if is_certain else DENIED
    assert own.purpose(DENIED).value is expected
    assert own.address_is_primary(DENIED).value is expected


@pytest.mark.parametrize(
    ("mailbox", "account", "primary"),
    [
        (True, True, True),
        (False, False, False),
        (None, False, False),
        (True, None, True),
    ],
)
def test_the_address_is_primary_where_the_sources_agree(
    mailbox: bool | None, account: bool | None, primary: bool
) -> None:
    entries = {
        MAILBOXES: None if mailbox is None else OnlineMailbox(mailbox, "UserMailbox"),
        USERS: None if account is None else ACCOUNT._replace(is_primary=account),
    }
    found = places(entries).address_is_primary(ONLINE)
    assert found.value is primary
    word = "primary" if primary else "alias"
    expected = [(MAILBOXES, "EmailAddresses", word), (USERS, "proxyAddresses", word)]
    assert shown(found) == [each for each in expected if entries[each[0]] is not None]


def test_a_primary_address_that_is_contradicted_or_not_read_is_open() -> None:
    entries = {MAILBOXES: MAILBOX, USERS: ACCOUNT._replace(is_primary=False)}
    found = places(entries).address_is_primary(ONLINE)
    assert "on whether the address is the primary one" in open_(found).reason
    nothing = places(None, failed(USERS)).address_is_primary(ONLINE)
    assert open_(nothing).cause.name == USERS  # type: ignore[union-attr]
    assert shown(nothing) == [(USERS, "proxyAddresses", None)]
