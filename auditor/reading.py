"""Reads every source, the small ones first and mailboxes last, and turns records into facts."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

from msgspec import Struct

from connectors.dynamics.tables import mailboxes as mailbox_table
from connectors.normalisation.alerts import SOURCE as ALERTS
from connectors.normalisation.alerts import AlertIndex
from connectors.normalisation.declared import declared
from connectors.normalisation.email_systems import EmailSystems
from connectors.normalisation.exchange.address_books import AddressBooks
from connectors.normalisation.exchange.mailboxes import ExchangeMailboxes
from connectors.normalisation.exchange_tenant import exchange_tenant
from connectors.normalisation.mail_servers import mail_servers
from connectors.normalisation.mailbox.configurations import Interned, Mailboxes
from connectors.normalisation.mailbox.mailbox_flags import MailboxFlags
from connectors.normalisation.mailbox.owners import QUEUES, USERS, Owners
from connectors.normalisation.organization import organization
from connectors.normalisation.profiles import profiles
from connectors.sources.catalogue import readers
from connectors.sources.live import PageSource, Stream, read_whole
from connectors.sources.readings import EarlierReadings, Reading
from connectors.sources.source import Page, Reader, SourceState
from rules.facts import Declared, EmailServerProfile, ExchangeTenant, MailServer, Organization
from rules.option_sets import Deployment

MAILBOXES = mailbox_table.TABLE.source

SIDE_BY_SIDE = 4
"""Sources read at the same time."""


class Declarations(Struct, frozen=True):
    """What the configuration says that no source tells.

    `values` are the declarations by key; `builds` and `providers` go by host. `deployment` None:
    it is told from the server's answers.
    """

    values: Mapping[str, object] = {}
    builds: Mapping[str, str] = {}
    providers: Mapping[str, str] = {}
    deployment: Deployment | None = None


class Records(Struct, frozen=True):
    """What was read of the small sources, and the mailboxes still to come."""

    readings: dict[str, Reading]
    owners: Owners
    directory: AddressBooks
    mailboxes: Stream


class Facts(Struct, frozen=True):
    """Everything known before the first mailbox is looked at.

    `pages()` then yields each page of mailboxes with the configuration of each row.
    """

    organization: Organization
    declared: Declared
    tenant: ExchangeTenant
    profiles: dict[str, EmailServerProfile]
    mail_servers: tuple[MailServer, ...]
    readings: dict[str, Reading]
    owners: Owners
    marks: MailboxFlags
    mailboxes: Mailboxes
    stream: Stream

    def pages(self) -> Iterator[tuple[Page, Interned]]:
        """Pages of mailboxes in the server's order, each row with its configuration's number."""
        for page in self.stream:
            self.mailboxes.describe(self.stream.state)
            yield page, self.mailboxes.intern(page)
            del page

    def states(self) -> tuple[SourceState, ...]:
        """How every source ended, by name. The mailboxes' is final once their pages were read."""
        states = {name: reading.state for name, reading in self.readings.items()}
        states[MAILBOXES] = self.stream.state
        return tuple(states[name] for name in sorted(states))


def read(outside: PageSource) -> Records:
    """Reads all sources but the mailboxes, independent ones side by side.

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
    before = EarlierReadings(
        readings,
        owners.addresses,
        directory.without_mailbox,
        directory.lists_online,
        directory.take_sample,
        directory.sampled,
    )
    waiting = [reader for reader in readers() if reader.source != MAILBOXES]
    with ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="source") as pool:

        def read_one(reader: Reader) -> Reading:
            taker = takers.get(reader.source)
            if taker is None:
                return read_whole(outside, reader, before)
            return _hand_over(outside.open(reader, before), taker)

        while waiting:
            ready = [each for each in waiting if all(name in readings for name in each.after)]
            found = list(pool.map(read_one, ready))
            readings.update(zip((each.source for each in ready), found, strict=True))
            waiting = [each for each in waiting if each.source not in readings]
    owners.describe(readings[USERS].state, readings[QUEUES].state)
    (mailbox_reader,) = (reader for reader in readers() if reader.source == MAILBOXES)
    return Records(readings, owners, directory, outside.open(mailbox_reader, before))


def _hand_over(stream: Stream, taker: Callable[[Page], None]) -> Reading:
    for page in stream:
        taker(page)
    return Reading(state=stream.state)


def normalise(
    records: Records,
    declarations: Declarations,
    limits_of: Callable[[str], tuple[int, ...]],
    started_at: str,
) -> Facts:
    """Facts from records. `limits_of` tells the limits that a mailbox fact is compared with."""
    readings = records.readings
    own = organization(readings, declarations.deployment)
    systems = EmailSystems(readings, declarations.builds, declarations.providers, started_at)
    wall = AlertIndex(readings.get(ALERTS), max(limits_of("open_error_alert"), default=0))
    found = profiles(readings, own, systems, records.owners.activity, wall)
    marks = MailboxFlags(
        readings,
        own.max_folder_tracking_rules,
        wall,
        max(limits_of("email_waits"), default=0),
    )
    return Facts(
        organization=own,
        declared=declared(declarations.values, started_at),
        tenant=exchange_tenant(readings),
        profiles=found,
        mail_servers=mail_servers(readings, found.values()),
        readings=readings,
        owners=records.owners,
        marks=marks,
        mailboxes=Mailboxes(
            records.mailboxes.state,
            found,
            records.owners,
            ExchangeMailboxes(readings, records.directory),
            readings,
            marks,
            limits_of,
        ),
        stream=records.mailboxes,
    )
