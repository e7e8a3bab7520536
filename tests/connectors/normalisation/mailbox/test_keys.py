"""Whose mailbox each is, told for a page at once as it would be told for each row by itself."""

from collections.abc import Sequence
from typing import Any

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
from connectors.normalisation.mailbox.keys import MISSING, Keys, relation
from connectors.normalisation.mailbox.mailbox_flags import MailboxFlags
from connectors.normalisation.mailbox.owners import NOBODY, Owners
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
    return ExchangeMailboxes(unread(), AddressBooks())


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
