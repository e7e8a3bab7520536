"""Whose mailbox each is, told for a page at once as it would be told for each row by itself."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET

from connectors.columnar.page import Page
from connectors.dynamics.tables.mailboxes import MailboxRow
from connectors.dynamics.tables.queues import QueueRow
from connectors.dynamics.tables.systemusers import UserRow
from connectors.normalisation.alerts import AlertIndex
from connectors.normalisation.exchange.address_books import AddressBooks
from connectors.normalisation.exchange.mailboxes import ExchangeMailboxes
from connectors.normalisation.mailbox.configurations import Mailboxes
from connectors.normalisation.mailbox.keys import (
    DERIVED,
    MISSING,
    NOT_KNOWN,
    OF_KIND,
    SINCE_PROFILE_CHANGE,
    Keys,
    relation,
)
from connectors.normalisation.mailbox.mailbox_flags import FOLLOWED, MailboxFlags
from connectors.normalisation.mailbox.owners import NOBODY, Owners
from connectors.normalisation.tenants_read import TenantsRead
from connectors.sources.catalogue import readers
from connectors.sources.readings import Reading
from connectors.sources.source import SourceState
from rules.facts import OwnerKind
from tests.connectors.columnar.test_packed_rows import packed
from tests.connectors.dynamics.readings import READ_AT

A, B, C, D = (f"{n:08x}-0000-4000-8000-000000000000" for n in range(4))
GUIDS, MIXED = [A, B, C], [A, B.upper(), "user-1"]

ANN = "ann@contoso.example"
addresses = st.sampled_from([ANN, f" {ANN.title()} ", "ben@contoso.example", "", None, UNSET])
absent = st.sampled_from([None, UNSET, ""])


def ids(given: Sequence[str]) -> Any:
    return st.sampled_from(given) | absent


@st.composite
def organisations(draw: st.DrawFn) -> tuple[list[UserRow], list[QueueRow], list[MailboxRow]]:
    """Users, queues and mailboxes; all ids of a column GUIDs, or only some of them."""
    known, boxes = draw(st.sampled_from([(GUIDS, GUIDS), (MIXED, GUIDS), (GUIDS, MIXED)]))
    default = draw(st.sampled_from([st.sampled_from(boxes), ids(boxes), absent]))
    of_owners = draw(st.sampled_from([st.sampled_from([*known, D]), ids([*known, D])]))
    users = st.builds(
        UserRow,
        systemuserid=st.sampled_from([*known, ""]),
        internalemailaddress=addresses,
        default_mailbox=default,
        isdisabled=st.booleans(),
    )
    queues = st.builds(
        QueueRow,
        queueid=st.sampled_from(known),
        emailaddress=addresses,
        default_mailbox=default,
        statecode=st.integers(0, 1),
    )
    mailboxes = st.builds(
        MailboxRow,
        mailboxid=st.sampled_from(boxes),
        emailaddress=addresses,
        regarding=of_owners,
        owner=of_owners,
        statecode=st.integers(0, 1),
    )
    return tuple(draw(st.lists(each, max_size=5)) for each in (users, queues, mailboxes))  # type: ignore[return-value]


def pages_of(rows: list[Any], *, is_packed: bool) -> list[Page]:
    """Two pages, so that what one leaves behind meets the other."""
    parts = [rows[:2], rows[2:]]
    return [Page(packed(each) if is_packed and each else each, READ_AT, "") for each in parts]


def owners_of(users: list[UserRow], queues: list[QueueRow], *, is_packed: bool) -> Owners:
    owners = Owners()
    for page in pages_of(users, is_packed=is_packed):
        owners.add_users(page)
    for page in pages_of(queues, is_packed=is_packed):
        owners.add_queues(page)
    owners.describe(
        SourceState("dynamics.systemusers", "read"), SourceState("dynamics.queues", "read")
    )
    return owners


def exchange() -> ExchangeMailboxes:
    return ExchangeMailboxes(unread(), TenantsRead(unread(), None), AddressBooks())


def unread() -> dict[str, Reading]:
    return {each.source: Reading(SourceState(each.source, "failed")) for each in readers()}


def limits_of(name: str) -> tuple[int, ...]:
    return (3600,)


def specified(
    mailbox: MailboxRow, people: dict[str, UserRow | QueueRow]
) -> tuple[Any, Any, Any, Any]:
    """What the key must hold of one mailbox; the row of its owner stands for its configuration."""
    if not mailbox.regarding:
        return mailbox.regarding or _null(mailbox.regarding), None, None, None
    owner = people.get(mailbox.regarding)
    if owner is None:
        return MISSING, None, None, None
    address = owner.internalemailaddress if isinstance(owner, UserRow) else owner.emailaddress
    matches = None
    if address and mailbox.emailaddress:
        matches = _folded(address) == _folded(mailbox.emailaddress)
    return (
        owner,
        matches,
        _is(owner.default_mailbox, mailbox.mailboxid),
        _is(mailbox.owner, mailbox.regarding),
    )


def _is(one: Any, other: str) -> Any:
    return one == other if one else _null(one)


def _null(value: Any) -> Any:
    return UNSET if value is UNSET else None


def _folded(address: str) -> str:
    return address.strip().casefold()


def _first_of_each(*rows: list[Any]) -> dict[str, Any]:
    """Users and queues by id; of several with one id the first counts."""
    found: dict[str, Any] = {}
    for each in (row for part in rows for row in part):
        found.setdefault(each.systemuserid if isinstance(each, UserRow) else each.queueid, each)
    return found


@settings(max_examples=150, deadline=None)
@given(organisation=organisations(), is_packed=st.booleans())
def test_a_page_tells_of_each_mailbox_what_its_row_tells(
    organisation: tuple[list[UserRow], list[QueueRow], list[MailboxRow]], is_packed: bool
) -> None:
    users, queues, mailboxes = organisation
    owners = owners_of(users, queues, is_packed=is_packed)
    people = _first_of_each(users, queues)
    keys = Keys(owners, exchange(), {}, limits_of, {})
    found = [
        relation(key[1])
        for page in pages_of(mailboxes, is_packed=is_packed)
        for key in keys.of(page).keys
    ]
    assert len(found) == len(mailboxes)
    for mailbox, (owner, *answers) in zip(mailboxes, found, strict=True):
        expected, *of_row = specified(mailbox, people)
        assert answers == of_row
        if isinstance(expected, UserRow | QueueRow):
            _is_the_configuration_of(owners, owner, expected)
        else:
            assert owner is expected


def _is_the_configuration_of(owners: Owners, number: int, row: UserRow | QueueRow) -> None:
    assert number > NOBODY
    fact = owners.fact(number, default_is_this=None)
    if isinstance(row, UserRow):
        assert (fact.kind, fact.enabled) == (OwnerKind.USER, not row.isdisabled)
        address = row.internalemailaddress
    else:
        assert (fact.kind, fact.enabled) == (OwnerKind.QUEUE, row.statecode == 0)
        address = row.emailaddress
    if address is not UNSET:
        assert fact.has_address is bool(address)


@settings(max_examples=60, deadline=None)
@given(organisation=organisations())
def test_packed_and_plain_pages_give_the_same_configurations(
    organisation: tuple[list[UserRow], list[QueueRow], list[MailboxRow]],
) -> None:
    users, queues, mailboxes = organisation
    found = []
    for is_packed in (True, False):
        owners = owners_of(users, queues, is_packed=is_packed)
        interned = _mailboxes(owners)
        pages = pages_of(mailboxes, is_packed=is_packed)
        numbers = [list(interned.intern(page).numbers) for page in pages]
        addresses = [interned.intern(page).addresses.tolist() for page in pages]
        found.append((numbers, addresses, interned.configurations, list(owners.addresses())))
    assert found[0] == found[1]
    numbers, _, configurations, _ = found[0]
    assert {number for page in numbers for number in page} == set(range(len(configurations)))


def _mailboxes(owners: Owners) -> Mailboxes:
    readings = unread()
    marks = MailboxFlags(readings, None, AlertIndex(None, 0), 0)
    state = SourceState("dynamics.mailboxes", "read", columns=tuple(MailboxRow.__struct_fields__))
    return Mailboxes(state, {}, owners, exchange(), readings, marks, limits_of)


# The reading was at 12:00 on the 23rd; limits are an hour and a day.
NOON = "2026-11-23T12:00:00Z"
HOUR_AGO, DAY_AGO = "2026-11-23T11:00:00Z", "2026-11-22T12:00:00Z"
IN_AN_HOUR, IN_A_DAY, IN_TWO = (
    "2026-11-23T13:00:00Z",
    "2026-11-24T12:00:00Z",
    "2026-11-24T12:00:01Z",
)
LIMITS = {"sync_error_count": (1, 5), "test_overdue": (3600, 7200)}
BOX = "mailbox-1"


def key_of(
    *, changed: Any = None, flags: Any = None, passing: Any = None, **columns: Any
) -> dict[str, Any]:
    """The parts of a mailbox's key by name, those of its kind included."""
    owners = Owners()
    limits = lambda name: LIMITS.get(name, (3600, 86400))  # noqa: E731
    keys = Keys(owners, exchange(), flags or {}, limits, changed or {}, passing or {})
    usual: dict[str, Any] = dict.fromkeys(MailboxRow.__struct_fields__)
    row = MailboxRow(**{**usual, "mailboxid": BOX, **columns})
    (key,) = keys.of(Page([row], NOON, "")).keys
    kind = keys.kinds.values_met[key[0]]
    return {**dict(zip(OF_KIND, kind, strict=True)), **dict(zip(DERIVED, key[3:], strict=True))}


SUCCESS, ATTEMPT, TESTED = (
    "lastsuccessfulsynccompletedon",
    "processinglastattemptedon",
    "testmailboxaccesscompletedon",
)


@pytest.mark.parametrize(
    ("alert", "success", "followed"),
    [
        (HOUR_AGO, NOON, True),
        (NOON, NOON, False),
        (NOON, HOUR_AGO, False),
        (HOUR_AGO, IN_A_DAY, True),
        (HOUR_AGO, IN_TWO, False),
        (HOUR_AGO, "2026-11-24", False),
        (HOUR_AGO, None, False),
        (None, NOON, False),
    ],
)
def test_alerts_of_a_mailbox_are_followed_by_a_later_success(
    alert: Any, success: Any, followed: bool
) -> None:
    passing = {BOX: alert} if alert is not None else {"other": HOUR_AGO}
    found = key_of(flags={BOX: 2}, passing=passing, **{SUCCESS: success})["flags"]
    assert found == (2 | FOLLOWED if followed else 2)
    assert key_of(flags={"other": 2}, passing=passing, **{SUCCESS: success})["flags"] == 0
    assert key_of(flags={BOX: 2}, **{SUCCESS: success})["flags"] == 2
    assert key_of(**{SUCCESS: success})["flags"] == 0


CHANGED = {"p-1": 20261123110000}


@pytest.mark.parametrize(
    ("profile", "success", "tested", "found"),
    [
        ("p-1", NOON, None, 1),
        ("p-1", None, NOON, 2),
        ("p-1", NOON, NOON, 3),
        ("p-1", HOUR_AGO, DAY_AGO, 0),
        ("p-1", UNSET, "soon", 0),
        ("other", NOON, NOON, NOT_KNOWN),
        (UNSET, NOON, NOON, NOT_KNOWN),
        (None, NOON, NOON, 0),
    ],
)
def test_a_success_and_a_test_came_after_the_change_of_the_profile(
    profile: Any, success: Any, tested: Any, found: int
) -> None:
    key = key_of(changed=CHANGED, profile=profile, **{SUCCESS: success, TESTED: tested})
    assert key[SINCE_PROFILE_CHANGE] == found


@pytest.mark.parametrize(
    ("count", "reached"), [(None, None), (UNSET, UNSET), (0, 0), (1, 1), (4, 1), (5, 2), (9, 2)]
)
def test_errors_in_a_row_reach_limits(count: Any, reached: Any) -> None:
    assert key_of(lastsyncerrorcount=count)["lastsyncerrorcount"] == reached


@pytest.mark.parametrize("name", ["transientfailurecount", "itemsfailedforlastsync"])
@pytest.mark.parametrize(
    ("count", "some"), [(None, None), (UNSET, UNSET), (0, False), (1, True), (-1, False)]
)
def test_of_other_counts_only_whether_there_are_some_counts(
    name: str, count: Any, some: Any
) -> None:
    assert key_of(**{name: count})[name] == some


@pytest.mark.parametrize(
    ("verbose", "is_on"), [(None, None), (UNSET, UNSET), (0, False), (1, True), (2, True)]
)
def test_verbose_logging_is_on_or_off(verbose: Any, is_on: Any) -> None:
    assert key_of(verboseloggingenabled=verbose)["verboseloggingenabled"] == is_on


def test_a_page_without_rows_has_no_keys() -> None:
    keyed = Keys(Owners(), exchange(), {}, limits_of, {}).of(Page([], NOON, ""))
    assert (keyed.keys, keyed.digests.tolist()) == ([], [])


def test_kinds_that_are_judged_alike_are_one_however_many_are_remembered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("connectors.normalisation.mailbox.keys._MOST_REMEMBERED", 1)
    keys = Keys(Owners(), exchange(), {}, limits_of, {})
    rows = [MailboxRow(f"m-{at}", transientfailurecount=at % 3) for at in range(9)]
    found = [key[0] for key in keys.of(Page(rows, NOON, "")).keys]
    assert found == [0, 1, 1] * 3
    assert len(keys._met) == 1
