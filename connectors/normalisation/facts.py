"""From records to facts: what is known before the first mailbox is looked at, and the mailboxes.

Tested in `tests/end_to_end/test_exchange_server.py`.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from connectors.columnar.page import Page
from connectors.dynamics.tables import mailboxes as mailbox_table
from connectors.normalisation.alerts import SOURCE as ALERTS
from connectors.normalisation.alerts import AlertIndex
from connectors.normalisation.declared import Declarations, declared
from connectors.normalisation.email_systems import EmailSystems
from connectors.normalisation.exchange.address_books import AddressBooks
from connectors.normalisation.exchange.mailboxes import ExchangeMailboxes
from connectors.normalisation.exchange_tenant import exchange_tenant
from connectors.normalisation.mail_servers.facts import mail_servers
from connectors.normalisation.mailbox.configurations import Interned, Mailboxes
from connectors.normalisation.mailbox.mailbox_flags import MailboxFlags
from connectors.normalisation.mailbox.owners import Owners
from connectors.normalisation.organization import organization
from connectors.normalisation.profile.profiles import SOURCE as PROFILES
from connectors.normalisation.profile.profiles import mail_tenants, profiles
from connectors.normalisation.tenants_read import TenantsRead
from connectors.sources.live import Stream
from connectors.sources.readings import Reading
from connectors.sources.source import SourceState
from rules.facts import Declared, EmailServerProfile, ExchangeTenant, MailServer, Organization

ProfilesAmong: TypeAlias = Callable[
    [Mapping[str, Collection[str]]], Mapping[str, EmailServerProfile]
]

MAILBOXES = mailbox_table.TABLE.source
"""The source that is read last, page by page."""


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
    tenants: TenantsRead
    profiles: dict[str, EmailServerProfile]
    mail_servers: tuple[MailServer, ...]
    readings: dict[str, Reading]
    owners: Owners
    flags: MailboxFlags
    mailboxes: Mailboxes
    stream: Stream
    profiles_among: ProfilesAmong
    """Profiles by id, where only these mail domains count: of the mailboxes that use each."""
    mail_domains: Mapping[str, frozenset[str]] = {}
    """The mail domains that decided of a profile, by its id."""

    def decided_by(self, domains: Mapping[str, frozenset[str]]) -> "Facts":
        """The same, with the profiles of which the domains of their own mailboxes decide."""
        own = self.profiles_among(domains)
        return replace(self, profiles={**self.profiles, **own}, mail_domains=domains)

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
    tenants = TenantsRead(readings, own.tenant_id, records.owners.addresses)
    alert_index = AlertIndex(readings.get(ALERTS), max(limits_of("open_error_alert"), default=0))
    found = profiles(readings, own, systems, records.owners.activity, alert_index, tenants)

    def profiles_among(
        domains: Mapping[str, Collection[str]],
    ) -> Mapping[str, EmailServerProfile]:
        reading = readings[PROFILES]
        some = tuple(each for each in reading.records if each[0].emailserverprofileid in domains)
        of_some = {**readings, PROFILES: replace(reading, records=some)}
        activity = records.owners.activity
        return profiles(of_some, own, systems, activity, alert_index, tenants, domains)

    flags = MailboxFlags(
        readings,
        own.max_folder_tracking_rules,
        alert_index,
        max(limits_of("email_waits"), default=0),
    )
    return Facts(
        organization=own,
        declared=declared(declarations.values, started_at),
        tenant=exchange_tenant(
            readings, tenants, mail_tenants(found), records.directory.smtp_switches
        ),
        tenants=tenants,
        profiles=found,
        mail_servers=mail_servers(readings, found.values()),
        readings=readings,
        owners=records.owners,
        flags=flags,
        mailboxes=Mailboxes(
            records.mailboxes.state,
            found,
            records.owners,
            ExchangeMailboxes(readings, tenants, records.directory),
            readings,
            flags,
            limits_of,
        ),
        stream=records.mailboxes,
        profiles_among=profiles_among,
    )
