"""What listings of the tenant tell of each email address, kept small while they stream by.

Each source has a book: from address to the number of a short tuple of values. Equal tuples have
one number, so that a million addresses cost their dictionary and little else.

    >>> book = Book()
    >>> book.put("a@contoso.example", OnlineMailbox(True, "UserMailbox"))
    >>> book.put("b@contoso.example", OnlineMailbox(True, "UserMailbox"))
    >>> book.entries
    [OnlineMailbox(is_primary=True, recipient_type='UserMailbox')]

Tested in `tests/connectors/normalisation/exchange/test_mailboxes.py`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from msgspec import UNSET

from connectors.columnar.page import Page
from connectors.exchange_online import cas_mailboxes, forwarding, mailboxes
from connectors.exchange_online.values import domain_of, listed, smtp_addresses, switch
from connectors.exchange_server import mailboxes as server_mailboxes
from connectors.graph import mailbox_settings, message_rules, users
from connectors.graph.plans import holds_mailbox_plan
from connectors.sources.sampling import MOST_ASKED, Sample
from connectors.sources.source import SourceState, not_configured

USERS = users.SOURCE
SETTINGS = mailbox_settings.SOURCE
MAILBOXES = mailboxes.SOURCE
CAS = cas_mailboxes.SOURCE
FORWARDING = forwarding.SOURCE
OPENED = server_mailboxes.SOURCE
RULES = message_rules.SOURCE

SECTIONS = {
    USERS: "graph",
    SETTINGS: "graph",
    MAILBOXES: "exchange_online",
    CAS: "exchange_online.cmdlets",
    FORWARDING: "exchange_online.cmdlets",
    OPENED: "exchange_server.mailboxes",
    RULES: message_rules.SECTION,
}
"""The sources that tell of addresses, each with the section that configures it."""


class Account(NamedTuple):
    """What a listing of accounts tells of an address."""

    is_primary: bool
    is_enabled: Any
    mailbox_plan: Any
    is_synchronized: Any


class Settings(NamedTuple):
    """How Microsoft Graph answered when asked for a mailbox's settings."""

    status: Any
    code: Any
    purpose: Any


class OnlineMailbox(NamedTuple):
    """What the listing of Exchange Online's mailboxes tells of an address."""

    is_primary: bool
    recipient_type: Any


class ClientAccess(NamedTuple):
    """What the listing of client access settings tells of an address."""

    ews_enabled: Any


class Forwarding(NamedTuple):
    """Where email to an address goes on to: a domain, or a recipient of the tenant."""

    recipient_type: Any
    forwards_to: Any
    to_recipient: bool
    keeps_copy: Any
    external: Any


class Opened(NamedTuple):
    """How an Exchange Server answered when asked to open the mailbox; `code` None: it did."""

    code: Any
    holds_undeliverable: bool


class InboxRules(NamedTuple):
    """How Microsoft Graph answered when asked for a mailbox's Inbox rules."""

    status: Any
    code: Any
    moves_email: Any


class Ambiguous(NamedTuple):
    """Several records of a listing have the address, and they differ."""


Entry = Account | Settings | OnlineMailbox | ClientAccess | Forwarding | Opened | InboxRules
AMBIGUOUS = Ambiguous()

Addresses = Callable[[], Iterable[str]]


class Book:
    """The entries of one source by address, lower-case; `numbers` leads into `entries`."""

    def __init__(self) -> None:
        self.read_at = ""
        self.numbers: dict[str, int] = {}
        self.entries: list[Entry | Ambiguous] = []
        self._known: dict[Entry | Ambiguous, int] = {}

    def put(self, address: str, entry: Entry) -> None:
        """Notes an entry; a second one that differs makes the address ambiguous."""
        number = self._number(entry)
        if self.numbers.setdefault(address, number) != number:
            self.numbers[address] = self._number(AMBIGUOUS)

    def _number(self, entry: Entry | Ambiguous) -> int:
        number = self._known.get(entry)
        if number is None:
            number = self._known[entry] = len(self.entries)
            self.entries.append(entry)
        return number


class AddressBooks:
    """The books of all sources.

    `wanted` gives the addresses of users and queues, lower-case. `asked_server` is the host that
    was asked to open mailboxes, None where none was.
    """

    def __init__(self, wanted: Addresses = tuple) -> None:
        self.books = {source: Book() for source in SECTIONS}
        self.states = {
            source: not_configured(source, section) for source, section in SECTIONS.items()
        }
        self.asked_server: str | None = None
        self._wanted = wanted
        self._wanted_set: frozenset[str] | None = None
        self._ids: dict[str, str] = {}
        self._sample: Sample | None = None

    def takers(self) -> Mapping[str, Callable[[Page], None]]:
        """What takes the pages of each source."""
        rows: dict[str, Callable[[Book, Any], None]] = {
            USERS: self._add_user,
            SETTINGS: self._add_settings,
            MAILBOXES: self._add_mailbox,
            CAS: self._add_cas_mailbox,
            FORWARDING: self._add_forwarding,
            OPENED: self._add_opened,
            RULES: self._add_rules,
        }
        return {source: self._taker(source, add) for source, add in rows.items()}

    def describe(self, states: Mapping[str, SourceState]) -> None:
        """Tells how the reading of the sources ended."""
        self.states.update((name, states[name]) for name in self.states if name in states)

    def without_mailbox(self) -> Iterator[tuple[str, str]]:
        """Wanted addresses that an account has and no listing of mailboxes shows, with its id."""
        self._wanted_set = None
        return iter(tuple(self._ids.items()))

    def take_sample(self, most: int) -> None:
        """Says, before accounts stream by, how many wanted ones to keep as a sample."""
        self._sample = Sample(most)

    def sampled(self) -> Iterator[tuple[str, str]]:
        """Address and id of each account remembered."""
        return iter(self._sample.chosen() if self._sample is not None else ())

    def lists_online(self, address: str) -> bool:
        """Whether the listing of Exchange Online's mailboxes shows the address."""
        return address in self.books[MAILBOXES].numbers

    def _taker(self, source: str, add: Callable[[Book, Any], None]) -> Callable[[Page], None]:
        book = self.books[source]

        def take(page: Page) -> None:
            book.read_at = book.read_at or page.read_at
            for row in page.rows:
                add(book, row)

        return take

    def _add_user(self, book: Book, row: users.UserRow) -> None:
        told = (
            row.accountEnabled,
            holds_mailbox_plan(row.assignedPlans),
            row.onPremisesSyncEnabled,
        )
        addresses = smtp_addresses(listed(row.proxyAddresses), row.mail)
        for address, primary in addresses.items():
            book.put(address, Account(primary, *told))
            if not self._is_wanted(address):
                continue
            if self._sample is not None:
                self._sample.offer(address, row.id)
            if len(self._ids) <= MOST_ASKED and address not in self.books[MAILBOXES].numbers:
                self._ids[address] = row.id

    def _is_wanted(self, address: str) -> bool:
        if self._sample is None and len(self._ids) > MOST_ASKED:
            return False  # Nobody more is to be remembered.
        if self._wanted_set is None:
            self._wanted_set = frozenset(self._wanted())
        return address in self._wanted_set

    def _add_settings(self, book: Book, row: mailbox_settings.MailboxSettingsRow) -> None:
        book.put(row.address, Settings(row.status, row.code, row.userPurpose))

    def _add_rules(self, book: Book, row: message_rules.MessageRulesRow) -> None:
        book.put(row.address, InboxRules(row.status, row.code, row.moves_email))

    def _add_mailbox(self, book: Book, row: mailboxes.ExchangeMailboxRow) -> None:
        for address, primary in _addresses(row).items():
            book.put(address, OnlineMailbox(primary, row.RecipientTypeDetails))

    def _add_cas_mailbox(self, book: Book, row: cas_mailboxes.CasMailboxRow) -> None:
        for address in _addresses(row):
            book.put(address, ClientAccess(switch(row.EwsEnabled)))

    def _add_forwarding(self, book: Book, row: forwarding.ForwardingRow) -> None:
        entry = Forwarding(
            row.RecipientTypeDetails,
            _domain(row.ForwardingSmtpAddress),
            bool(row.ForwardingAddress),
            switch(row.DeliverToMailboxAndForward),
            _domain(row.ExternalEmailAddress),
        )
        for address in _addresses(row):
            book.put(address, entry)

    def _add_opened(self, book: Book, row: server_mailboxes.OpenedRow) -> None:
        self.asked_server = row.host.rpartition(":")[0]
        book.put(row.address, Opened(row.code, bool(row.undeliverable_items)))


def _addresses(row: Any) -> dict[str, bool]:
    return smtp_addresses(listed(row.EmailAddresses), row.PrimarySmtpAddress)


def _domain(value: Any) -> Any:
    """The domain that email goes on to; null and UNSET stay."""
    if value is UNSET or not value:
        return None if value is not UNSET else UNSET
    return domain_of(value)
