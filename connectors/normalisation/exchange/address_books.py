"""What listings of the tenant tell of each email address, kept small while they stream by.

Each source has a book: from address to the number of a short tuple of values. Equal tuples have
one number, and an address is held as its digest, so that it costs twelve bytes.

    >>> book = Book()
    >>> user_mailbox = book.number_of(OnlineMailbox, True, "UserMailbox")
    >>> book.add(digests(["a@contoso.example", "b@contoso.example"]), [user_mailbox] * 2)
    >>> book.entry(user_mailbox)
    OnlineMailbox(is_primary=True, recipient_type='UserMailbox')

Tested in `tests/connectors/normalisation/exchange/test_mailboxes.py`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from msgspec import UNSET

from connectors.columnar.columns import Remembered
from connectors.columnar.id_index import Digests, IdIndex, Positions
from connectors.columnar.page import Page
from connectors.columnar.text_numbers import CONFLICT, NOWHERE, TextNumbers, digests
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
    user_type: Any


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
    client_policy: Any


class Forwarding(NamedTuple):
    """Where email to an address goes on to: a recipient of the tenant, else a domain.

    Exchange goes by the recipient where a mailbox has both; UNSET: it is not told whether it has
    one.
    """

    recipient_type: Any
    forwards_to: Any
    to_recipient: Any
    keeps_copy: Any
    external: Any

    @property
    def shown(self) -> tuple[tuple[str, Any], ...]:
        """What is shown of it as evidence: columns and their values."""
        if self.recipient_type == forwarding.MAIL_USER:
            return (("ExternalEmailAddress", self.external),)
        if self.to_recipient is True:
            forwards = ("ForwardingAddress", "(a recipient)")
        else:
            forwards = ("ForwardingSmtpAddress", self.forwards_to)
        return (forwards, ("DeliverToMailboxAndForward", self.keeps_copy))


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
    """The entries of one source by address, lower-case; equal entries have one number."""

    def __init__(self) -> None:
        self.read_at = ""
        self._numbers = TextNumbers()
        self._entries: list[Entry] = []
        self._known: dict[tuple[Any, ...], int] = {}

    def __bool__(self) -> bool:
        return bool(self._numbers)

    def __contains__(self, address: str) -> bool:
        return address in self._numbers

    def number_of(self, kind: Callable[..., Entry], *values: Any) -> int:
        """The number of the entry that has these values."""
        number = self._known.get(values)
        if number is None:
            number = self._known[values] = len(self._entries)
            self._entries.append(kind(*values))
        return number

    def add(self, addresses: Digests, numbers: Sequence[int]) -> None:
        """Notes addresses with their entries; an address with two that differ is ambiguous."""
        self._numbers.add(addresses, numbers)

    def find(self, addresses: Digests) -> Positions:
        """The number of each address's entry; `NOWHERE` for an address that is not there."""
        return self._numbers.find(addresses)

    def entry(self, number: int) -> "Entry | Ambiguous | None":
        """What a number stands for; None for `NOWHERE`."""
        if number == CONFLICT:
            return AMBIGUOUS
        return None if number == NOWHERE else self._entries[number]


class _Listed(NamedTuple):
    """The addresses of a page, each with the place of its row; whether it is the primary one."""

    addresses: list[str]
    rows: list[int]
    are_primary: list[bool]


class AddressBooks:
    """The books of all sources.

    `wanted` gives the addresses of users and queues, lower-case. `asked_server` is the host that
    was asked to open mailboxes, None where none was; `smtp_switches` what mailboxes say of their
    own of SMTP, whichever mailboxes those are.

        books = AddressBooks(owners.addresses)
        books.takers()["exchange_online.mailboxes"](page)    # as each page is read
        books.lists_online("anna@contoso.example")           # True
    """

    def __init__(self, wanted: Addresses = tuple) -> None:
        self.books = {source: Book() for source in SECTIONS}
        self.states = {
            source: not_configured(source, section) for source, section in SECTIONS.items()
        }
        self.asked_server: str | None = None
        self.smtp_switches: set[Any] = set()
        self._wanted = wanted
        self._wanted_index: IdIndex | None = None
        self._ids: dict[str, str] = {}
        self._sample: Sample | None = None

    def takers(self) -> Mapping[str, Callable[[Page], None]]:
        """What takes the pages of each source."""
        rows: dict[str, Callable[[Page], None]] = {
            USERS: self._take_users,
            SETTINGS: partial(self._take_each, SETTINGS, _settings),
            MAILBOXES: partial(
                self._take_listing, MAILBOXES, OnlineMailbox, ("RecipientTypeDetails",)
            ),
            CAS: self._take_client_access,
            FORWARDING: partial(self._take_listing, FORWARDING, _forwarding, _OF_FORWARDING),
            OPENED: partial(self._take_each, OPENED, self._opened),
            RULES: partial(self._take_each, RULES, _rules),
        }
        return {source: partial(self._take, source, each) for source, each in rows.items()}

    def describe(self, states: Mapping[str, SourceState]) -> None:
        """Tells how the reading of the sources ended."""
        self.states.update((name, states[name]) for name in self.states if name in states)

    def without_mailbox(self) -> Iterator[tuple[str, str]]:
        """Wanted addresses that an account has and no listing of mailboxes shows, with its id."""
        self._wanted_index = None
        return iter(tuple(self._ids.items()))

    def take_sample(self, most: int) -> None:
        """Says, before accounts stream by, how many wanted ones to keep as a sample."""
        self._sample = Sample(most)

    def sampled(self) -> Iterator[tuple[str, str]]:
        """Address and id of each account remembered."""
        return iter(self._sample.chosen() if self._sample is not None else ())

    def lists_online(self, address: str) -> bool:
        """Whether the listing of Exchange Online's mailboxes shows the address."""
        return address in self.books[MAILBOXES]

    def _take(self, source: str, rows: Callable[[Page], None], page: Page) -> None:
        book = self.books[source]
        book.read_at = book.read_at or page.read_at
        if page.rows:
            rows(page)

    def _take_each(
        self, source: str, entry: Callable[[Book, Any], tuple[str, int]], page: Page
    ) -> None:
        book = self.books[source]
        addresses, numbers = zip(*(entry(book, row) for row in page.rows), strict=True)
        book.add(digests(addresses), numbers)

    def _take_users(self, page: Page) -> None:
        column = page.columns
        told = (
            column["accountEnabled"],
            list(map(holds_mailbox_plan, column["assignedPlans"])),
            column["onPremisesSyncEnabled"],
            column["userType"],
        )
        found = _addresses(column["proxyAddresses"], column["mail"])
        of_addresses = self._note(USERS, found, Account, told)
        is_wanted, has_no_mailbox = self._to_remember(of_addresses)
        addresses, ids = found.addresses, column["id"]
        if self._sample is not None:
            for at in is_wanted:
                self._sample.offer(addresses[at], ids[found.rows[at]])
        for at in has_no_mailbox:
            if len(self._ids) <= MOST_ASKED:
                self._ids[addresses[at]] = ids[found.rows[at]]

    def _take_client_access(self, page: Page) -> None:
        self._take_listing(CAS, _client_access, ("EwsEnabled", "EwsApplicationAccessPolicy"), page)
        self.smtp_switches.update(
            map(switch, set(page.columns["SmtpClientAuthenticationDisabled"]))
        )

    def _take_listing(
        self, source: str, make: Callable[..., Entry], names: Sequence[str], page: Page
    ) -> None:
        """Notes what these columns of a listing of Exchange Online tell."""
        column = page.columns
        found = _addresses(column["EmailAddresses"], column["PrimarySmtpAddress"])
        self._note(source, found, make, [column[name] for name in names])

    def _note(
        self,
        source: str,
        found: _Listed,
        make: Callable[..., Entry],
        told: Sequence[Sequence[Any]],
    ) -> Digests:
        """Notes the addresses of a page with what its columns tell; gives their digests.

        `make` makes an entry: of whether the address is the primary one, and of the values.
        """
        book = self.books[source]

        def number(key: tuple[bool, tuple[Any, ...]]) -> int:
            is_primary, values = key
            entry = make(is_primary, *values)
            return book.number_of(type(entry), *entry)

        values = list(zip(*told, strict=True))
        of_rows = map(values.__getitem__, found.rows)
        # Few rows of a page differ in what they tell.
        numbers = map(Remembered(number).__getitem__, zip(found.are_primary, of_rows, strict=True))
        of_addresses = digests(found.addresses)
        book.add(of_addresses, list(numbers))
        return of_addresses

    def _to_remember(self, addresses: Digests) -> tuple[Sequence[int], Sequence[int]]:
        """The places of the wanted addresses, and of those among them that no mailbox has."""
        if self._sample is None and len(self._ids) > MOST_ASKED:
            return (), ()  # Nobody more is to be remembered.
        if self._wanted_index is None:
            self._wanted_index = IdIndex()
            self._wanted_index.add(digests(list(self._wanted())))
        is_wanted = self._wanted_index.find(addresses) != NOWHERE
        has_no_mailbox = is_wanted & (self.books[MAILBOXES].find(addresses) == NOWHERE)
        return is_wanted.nonzero()[0].tolist(), has_no_mailbox.nonzero()[0].tolist()

    def _opened(self, book: Book, row: server_mailboxes.OpenedRow) -> tuple[str, int]:
        self.asked_server = row.host.rpartition(":")[0]
        return row.address, book.number_of(Opened, row.code, bool(row.undeliverable_items))


def _settings(book: Book, row: mailbox_settings.MailboxSettingsRow) -> tuple[str, int]:
    return row.address, book.number_of(Settings, row.status, row.code, row.userPurpose)


def _rules(book: Book, row: message_rules.MessageRulesRow) -> tuple[str, int]:
    return row.address, book.number_of(InboxRules, row.status, row.code, row.moves_email)


def _client_access(is_primary: bool, ews_enabled: Any, client_policy: Any) -> ClientAccess:
    return ClientAccess(switch(ews_enabled), client_policy)


_OF_FORWARDING = (
    "RecipientTypeDetails",
    "ForwardingAddress",
    "ForwardingSmtpAddress",
    "DeliverToMailboxAndForward",
    "ExternalEmailAddress",
)


def _forwarding(
    is_primary: bool, kind: Any, recipient: Any, address: Any, keeps_copy: Any, external: Any
) -> Forwarding:
    to_recipient = UNSET if recipient is UNSET else bool(recipient)
    return Forwarding(
        kind,
        # "Set-Mailbox": beside a ForwardingAddress this one is ignored.
        None if to_recipient is True else _domain(address),
        to_recipient,
        switch(keeps_copy),
        _domain(external),
    )


def _addresses(proxies: Sequence[Any], primaries: Sequence[Any]) -> _Listed:
    """The addresses of rows with these proxy addresses and primary addresses, as they came."""
    found = _Listed([], [], [])
    for row, (texts, primary) in enumerate(zip(proxies, primaries, strict=True)):
        own = smtp_addresses(listed(texts), primary)
        found.addresses.extend(own)
        found.rows.extend([row] * len(own))
        found.are_primary.extend(own.values())
    return found


def _domain(value: Any) -> Any:
    """The domain that email goes on to; null and UNSET stay."""
    if value is UNSET or not value:
        return None if value is not UNSET else UNSET
    return domain_of(value)
