"""What listings say of each address, kept small while they stream by."""

from collections.abc import Sequence
from typing import Any

import pytest
from msgspec import UNSET

from connectors.columnar.page import Page
from connectors.columnar.text_numbers import NOWHERE, digests
from connectors.exchange_online.cas_mailboxes import CasMailboxRow
from connectors.exchange_online.forwarding import ForwardingRow
from connectors.exchange_online.mailboxes import ExchangeMailboxRow
from connectors.exchange_server.mailboxes import OpenedRow
from connectors.graph.mailbox_settings import MailboxSettingsRow
from connectors.graph.message_rules import MessageRulesRow
from connectors.graph.users import UserRow
from connectors.normalisation.exchange import address_books
from connectors.normalisation.exchange.address_books import (
    AMBIGUOUS,
    CAS,
    FORWARDING,
    MAILBOXES,
    OPENED,
    RULES,
    SECTIONS,
    SETTINGS,
    USERS,
    Account,
    AddressBooks,
    Book,
    ClientAccess,
    Forwarding,
    InboxRules,
    OnlineMailbox,
    Opened,
    Settings,
)
from connectors.sources.source import SourceState

AT, LATER = "2026-11-23T12:00:00Z", "2026-11-23T13:00:00Z"
ANN, BOB = "ann@contoso.example", "bob@contoso.example"


def user(id: str, mail: str | None, proxies: Any = None) -> UserRow:
    return UserRow(
        id=id,
        mail=mail,
        proxyAddresses=proxies,
        accountEnabled=True,
        assignedPlans=[],
        onPremisesSyncEnabled=None,
        userType="Member",
    )


def take(books: AddressBooks, source: str, *rows: Any, at: str = AT) -> None:
    books.takers()[source](Page(rows, at, ""))


def entry(books: AddressBooks, source: str, address: str) -> Any:
    book = books.books[source]
    (number,) = book.find(digests([address])).tolist()
    return book.entry(number)


def test_equal_entries_have_one_number() -> None:
    book = Book()
    assert not book
    first = book.number_of(OnlineMailbox, True, "UserMailbox")
    assert book.number_of(OnlineMailbox, True, "UserMailbox") == first
    other = book.number_of(OnlineMailbox, False, "UserMailbox")
    assert other != first
    book.add(digests([ANN, BOB]), [first, other])
    assert book
    assert (ANN in book, "cid@contoso.example" in book) == (True, False)
    assert book.entry(first) == OnlineMailbox(True, "UserMailbox")
    assert book.entry(NOWHERE) is None


def test_an_address_of_two_entries_is_ambiguous() -> None:
    books = AddressBooks()
    mailbox = ExchangeMailboxRow(
        PrimarySmtpAddress=ANN, EmailAddresses=None, RecipientTypeDetails="UserMailbox"
    )
    take(books, MAILBOXES, mailbox)
    take(books, MAILBOXES, mailbox)
    assert entry(books, MAILBOXES, ANN) == OnlineMailbox(True, "UserMailbox")
    take(books, MAILBOXES, ExchangeMailboxRow(ANN, None, "SharedMailbox"))
    assert entry(books, MAILBOXES, ANN) is AMBIGUOUS
    assert entry(books, MAILBOXES, BOB) is None


CAS_ROW = CasMailboxRow(PrimarySmtpAddress=ANN, EwsEnabled=True, EwsApplicationAccessPolicy="x")


def forwarding(**columns: Any) -> ForwardingRow:
    usual: dict[str, Any] = {
        "RecipientTypeDetails": "UserMailbox",
        "ForwardingSmtpAddress": None,
        "ForwardingAddress": None,
        "DeliverToMailboxAndForward": False,
        "ExternalEmailAddress": None,
    }
    return ForwardingRow(PrimarySmtpAddress=ANN, **usual | columns)


@pytest.mark.parametrize(
    ("source", "row", "expected"),
    [
        (SETTINGS, MailboxSettingsRow(ANN, 200, None, "user"), Settings(200, None, "user")),
        (RULES, MessageRulesRow(ANN, 200, None, moves_email=True), InboxRules(200, None, True)),
        (CAS, CAS_ROW, ClientAccess(True, "x")),
        (OPENED, OpenedRow(ANN, "h:443", None, 7, 2), Opened(None, True)),
        (OPENED, OpenedRow(ANN, "h:443", None, 7, 0), Opened(None, False)),
        (OPENED, OpenedRow(ANN, "h:443", "ErrorX"), Opened("ErrorX", False)),
        (FORWARDING, forwarding(), Forwarding("UserMailbox", None, False, False, None)),
        (
            FORWARDING,
            forwarding(ForwardingSmtpAddress="smtp:a@Away.example", ForwardingAddress="Bob"),
            Forwarding("UserMailbox", None, True, False, None),
        ),
        (
            FORWARDING,
            forwarding(ForwardingSmtpAddress="", ExternalEmailAddress="SMTP:a@away.example"),
            Forwarding("UserMailbox", None, False, False, "away.example"),
        ),
        (
            FORWARDING,
            forwarding(ForwardingSmtpAddress=UNSET, ExternalEmailAddress=UNSET),
            Forwarding("UserMailbox", UNSET, False, False, UNSET),
        ),
        (
            FORWARDING,
            forwarding(ForwardingAddress=UNSET),
            Forwarding("UserMailbox", None, UNSET, False, None),
        ),
    ],
)
def test_each_source_has_its_entry(source: str, row: Any, expected: Any) -> None:
    books = AddressBooks()
    take(books, source, row)
    assert entry(books, source, ANN) == expected
    assert books.books[source].read_at == AT


def test_the_first_page_says_when_a_source_was_read_and_an_empty_one_adds_nothing() -> None:
    books = AddressBooks()
    for source in SECTIONS:
        take(books, source)
        take(books, source, at=LATER)
        assert books.books[source].read_at == AT
        assert not books.books[source]


def test_what_mailboxes_say_of_smtp_and_which_server_was_asked_is_kept() -> None:
    books = AddressBooks()
    assert (books.asked_server, books.smtp_switches) == (None, set())
    take(books, CAS, CAS_ROW)
    take(books, OPENED, OpenedRow(ANN, "mail.contoso.example:443", None, 7))
    assert books.asked_server == "mail.contoso.example"
    assert len(books.smtp_switches) == 1


def test_an_account_has_each_of_its_addresses_one_of_them_primary() -> None:
    books = AddressBooks()
    take(books, USERS, user("1", ANN, [f"SMTP:{ANN}", f"smtp:{BOB}"]))
    assert entry(books, USERS, ANN) == Account(True, True, False, None, "Member")
    assert entry(books, USERS, BOB) == Account(False, True, False, None, "Member")


def test_states_are_those_of_the_readings() -> None:
    books = AddressBooks()
    assert {each.status for each in books.states.values()} == {"not-configured"}
    books.describe({USERS: SourceState(USERS, "read"), "other": SourceState("other", "read")})
    assert books.states[USERS].status == "read"
    assert "other" not in books.states
    assert books.states[CAS].status == "not-configured"


def people(count: int) -> list[str]:
    return [f"p{at}@contoso.example" for at in range(count)]


def with_accounts(books: AddressBooks, addresses: Sequence[str]) -> AddressBooks:
    take(books, USERS, *(user(str(at), address) for at, address in enumerate(addresses)))
    return books


def test_only_wanted_accounts_without_a_mailbox_are_asked_one_by_one() -> None:
    books = AddressBooks(lambda: [ANN, BOB])
    take(books, MAILBOXES, ExchangeMailboxRow(ANN, None, "UserMailbox"))
    with_accounts(books, [ANN, BOB, "cid@contoso.example"])
    assert list(books.without_mailbox()) == [(BOB, "1")]
    assert (books.lists_online(ANN), books.lists_online(BOB)) == (True, False)


def test_one_more_than_is_asked_is_remembered_so_that_it_shows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(address_books, "MOST_ASKED", 2)
    for count, remembered in ((2, 2), (3, 3), (4, 3)):
        books = with_accounts(AddressBooks(lambda: people(9)), people(count))
        assert len(list(books.without_mailbox())) == remembered


def test_the_wanted_are_asked_for_no_more_once_enough_are_remembered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(address_books, "MOST_ASKED", 2)
    asked: list[int] = []

    def wanted() -> list[str]:
        asked.append(1)
        return people(9)

    books = with_accounts(AddressBooks(wanted), people(2))
    assert len(list(books.without_mailbox())) == 2
    with_accounts(books, people(9)[4:5])
    assert len(asked) == 2
    assert len(list(books.without_mailbox())) == 3
    with_accounts(books, people(9)[5:6])
    assert len(asked) == 2


def test_a_sample_goes_on_after_enough_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address_books, "MOST_ASKED", 1)
    books = AddressBooks(lambda: people(9))
    assert list(books.sampled()) == []
    books.take_sample(9)
    with_accounts(books, [*people(5), "else@contoso.example"])
    with_accounts(books, people(9)[5:])
    assert {address for address, _ in books.sampled()} == set(people(9))
    assert len(list(books.without_mailbox())) == 2
