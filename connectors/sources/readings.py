"""What the sources gave: how each ended, and the records of the small ones."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec import Struct

from connectors.sources.source import SourceState


class Reading(Struct, frozen=True):
    """One source with its records; each record with the time it was read (UTC, ISO 8601)."""

    state: SourceState
    records: tuple[tuple[Any, str], ...] = ()


Readings = Mapping[str, Reading]
"""Every source of the audit by name; one that the configuration leaves out is there as such."""


class EarlierReadings(Struct, frozen=True):
    """What a reader may look back at: the sources that it names in `after`.

    `addresses` gives the addresses of users and queues, folded to lower case. `without_mailbox`
    gives those that an account of the tenant has and no listing of mailboxes shows, with its id.
    `is_online` tells whether the listing of Exchange Online shows an address. `take_sample` says,
    before accounts are read, of how many the address and id are to be remembered for `sampled`.
    """

    readings: Readings
    addresses: Callable[[], Iterable[str]]
    without_mailbox: Callable[[], Iterable[tuple[str, str]]] = tuple
    is_online: Callable[[str], bool] = lambda address: False
    take_sample: Callable[[int], None] = lambda most: None
    sampled: Callable[[], Iterable[tuple[str, str]]] = tuple
