"""What the sources gave: how each ended, and the records of the small ones.

Tested in `tests/connectors/graph/test_message_rules.py`.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from msgspec import Struct

from connectors.sources.named_servers import NamedServers
from connectors.sources.source import SourceState


class Reading(Struct, frozen=True):
    """One source with its records; each record with the time it was read (UTC, ISO 8601)."""

    state: SourceState
    records: tuple[tuple[Any, str], ...] = ()

    @property
    def read_at(self) -> str:
        """When the first of its records was read; empty where there is none."""
        return next((at for _, at in self.records), "")


Readings = Mapping[str, Reading]
"""Every source of the audit by name; one that the configuration leaves out is there as such."""


class AddressBook(Protocol):
    """What listings of the tenant told of email addresses while they streamed by."""

    def without_mailbox(self) -> Iterable[tuple[str, str]]:
        """Addresses that an account has and no listing of mailboxes shows, with its id."""

    def lists_online(self, address: str) -> bool:
        """Whether the listing of Exchange Online shows the address."""

    def take_sample(self, most: int) -> None:
        """Says, before accounts are read, how many of them are remembered for `sampled`."""

    def sampled(self) -> Iterable[tuple[str, str]]:
        """The accounts that were remembered: address and id."""


class EmptyAddressBook:
    """An address book of which no listing told anything."""

    def without_mailbox(self) -> Iterable[tuple[str, str]]:
        """None."""
        return ()

    def lists_online(self, address: str) -> bool:
        """No."""
        return False

    def take_sample(self, most: int) -> None:
        """Nothing comes by that could be sampled."""

    def sampled(self) -> Iterable[tuple[str, str]]:
        """None."""
        return ()


class EarlierReadings(Struct, frozen=True, kw_only=True):
    """What a reader may look back at: the sources that it names in `after`.

    `addresses` gives the addresses of users and queues, in lower case; `servers` those that email
    server profiles name. `address_book` is what the tenant's listings told of addresses.

        >>> earlier = EarlierReadings(addresses=lambda: ["a@contoso.example"])
        >>> list(earlier.addresses())
        ['a@contoso.example']
    """

    readings: Readings = {}
    addresses: Callable[[], Iterable[str]] = tuple
    servers: Callable[[], NamedServers] = NamedServers
    address_book: AddressBook = EmptyAddressBook()
