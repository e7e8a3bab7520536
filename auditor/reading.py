"""Reads every source: the small ones first, mailboxes last. Nothing is normalised here.

Tested in `tests/auditor/test_reading.py` and `tests/auditor/test_denials.py`.
"""

from collections.abc import Callable, Collection, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from connectors.columnar.page import Page
from connectors.normalisation.endpoints import named_servers
from connectors.normalisation.exchange.address_books import AddressBooks
from connectors.normalisation.facts import MAILBOXES, Records
from connectors.normalisation.mailbox.owner_facts import QUEUES, USERS
from connectors.normalisation.mailbox.owners import Owners
from connectors.normalisation.time_zones import SETTINGS, time_zones
from connectors.sources.catalogue import readers
from connectors.sources.live import PageSource, Stream, read_whole
from connectors.sources.readings import EarlierReadings, Reading
from connectors.sources.source import Reader
from rules.option_sets import Deployment

SIDE_BY_SIDE = 4
"""Sources of Dynamics 365 read at the same time, and so many of other systems beside them."""
DYNAMICS = "dynamics"
"""The section of the configuration that no audit goes without."""


def read(outside: PageSource, deployment: Deployment | None = None) -> Records:
    """Reads all sources but the mailboxes, each as soon as those that it looks back at ended.

    `deployment` is what the configuration says of it, None: the server's answers tell.

    No failure of a source escapes: it is the state of its reading.
    """
    owners = Owners()
    directory = AddressBooks(owners.addresses)
    takers: dict[str, Callable[[Page], None]] = {
        USERS: owners.add_users,
        QUEUES: owners.add_queues,
        SETTINGS: owners.add_settings,
        **directory.takers(),
    }
    readings: dict[str, Reading] = {}
    earlier = EarlierReadings(
        readings=readings,
        addresses=owners.addresses,
        servers=lambda: named_servers(readings, deployment),
        address_book=directory,
    )

    def read_one(reader: Reader) -> Reading:
        taker = takers.get(reader.source)
        if taker is None:
            return read_whole(outside, reader, earlier)
        return _hand_over(outside.open(reader, earlier), taker)

    small = [reader for reader in readers() if reader.source != MAILBOXES]
    for source, reading in in_turn(small, read_one):
        readings[source] = reading
    owners.describe(
        readings[USERS].state,
        readings[QUEUES].state,
        time_zones(readings, owners.settings_read_at()),
    )
    (mailbox_reader,) = (reader for reader in readers() if reader.source == MAILBOXES)
    return Records(readings, owners, directory, outside.open(mailbox_reader, earlier))


def in_turn(
    waiting: Collection[Reader], read_one: Callable[[Reader], Reading]
) -> Iterator[tuple[str, Reading]]:
    """Each source with its reading as it ends; what looks back at it begins once it was yielded.

    Other systems have threads of their own, so that none that never answers holds up Dynamics 365.
    """
    left = list(waiting)
    running: dict[Future[Reading], Reader] = {}
    ended: set[str] = set()
    with (
        ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="source") as own,
        ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="other") as others,
    ):
        try:
            while left or running:
                for reader in [each for each in left if ended.issuperset(each.after)]:
                    pool = own if reader.section == DYNAMICS else others
                    running[pool.submit(read_one, reader)] = reader
                    left.remove(reader)
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    source = running.pop(future).source
                    yield source, future.result()
                    ended.add(source)
        finally:
            for future in running:
                future.cancel()


def _hand_over(stream: Stream, taker: Callable[[Page], None]) -> Reading:
    for page in stream:
        taker(page)
    return Reading(state=stream.state)
