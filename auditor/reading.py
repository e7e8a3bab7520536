"""Reads every source: the small ones first, mailboxes last. Nothing is normalised here.

Tested in `tests/auditor/test_denials.py`.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from connectors.columnar.page import Page
from connectors.normalisation.endpoints import named_servers
from connectors.normalisation.exchange.address_books import AddressBooks
from connectors.normalisation.facts import MAILBOXES, Records
from connectors.normalisation.mailbox.owners import QUEUES, USERS, Owners
from connectors.sources.catalogue import readers
from connectors.sources.live import PageSource, Stream, read_whole
from connectors.sources.readings import EarlierReadings, Reading
from connectors.sources.source import Reader
from rules.option_sets import Deployment

SIDE_BY_SIDE = 4
"""Sources read at the same time."""


def read(outside: PageSource, deployment: Deployment | None = None) -> Records:
    """Reads all sources but the mailboxes, independent ones side by side.

    `deployment` is what the configuration says of it, None: the server's answers tell.

    No failure of a source escapes: it is the state of its reading.
    """
    owners = Owners()
    directory = AddressBooks(owners.addresses)
    takers: dict[str, Callable[[Page], None]] = {
        USERS: owners.add_users,
        QUEUES: owners.add_queues,
        **directory.takers(),
    }
    readings: dict[str, Reading] = {}
    earlier = EarlierReadings(
        readings=readings,
        addresses=owners.addresses,
        servers=lambda: named_servers(readings, deployment),
        address_book=directory,
    )
    waiting = [reader for reader in readers() if reader.source != MAILBOXES]
    with ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="source") as pool:

        def read_one(reader: Reader) -> Reading:
            taker = takers.get(reader.source)
            if taker is None:
                return read_whole(outside, reader, earlier)
            return _hand_over(outside.open(reader, earlier), taker)

        while waiting:
            ready = [each for each in waiting if all(name in readings for name in each.after)]
            found = list(pool.map(read_one, ready))
            readings.update(zip((each.source for each in ready), found, strict=True))
            waiting = [each for each in waiting if each.source not in readings]
    owners.describe(readings[USERS].state, readings[QUEUES].state)
    (mailbox_reader,) = (reader for reader in readers() if reader.source == MAILBOXES)
    return Records(readings, owners, directory, outside.open(mailbox_reader, earlier))


def _hand_over(stream: Stream, taker: Callable[[Page], None]) -> Reading:
    for page in stream:
        taker(page)
    return Reading(state=stream.state)
