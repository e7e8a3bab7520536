"""The mail domains of the mailboxes that use a profile, where these decide what its host is.

A few hosts serve Exchange Online and Outlook.com alike. Where the domains of the whole organisation
do not agree, those of the mailboxes that use the profile may: they are known once all were read.
"""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from msgspec.structs import replace

from auditor.judging.page_groups import PageGroups
from connectors.columnar.addresses import ascii_domain
from connectors.columnar.page import Page
from connectors.known_systems import known_systems
from connectors.normalisation.facts import Facts
from connectors.normalisation.mail_domains import MAIL_DOMAINS, MailDomains
from connectors.normalisation.mailbox.configurations import Configuration
from rules.facts import Connection, EmailServerProfile
from rules.unknown import Unknown

_NONE_READ = ""
"""Stands for the domain of an address that was not told, or that is none."""


class ProfileDomains:
    """Collects the domains while mailboxes stream by; costs nothing where no profile needs it."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        reading = facts.readings.get(MAIL_DOMAINS)
        is_whole = reading is not None and reading.state.whole
        self._looked_up = {row.domain for row, _ in reading.records} if reading and is_whole else ()
        open_ones = [
            id for id, each in facts.profiles.items() if self._looked_up and _is_open(each)
        ]
        self._found: dict[str, set[str]] = {id: set() for id in open_ones}
        apart = MailDomains(facts.readings, known_systems()).apart() if open_ones else ()
        self._possible = [facts.profiles_among(dict.fromkeys(open_ones, each)) for each in apart]

    def possible(self) -> Iterator[EmailServerProfile]:
        """What the profiles may turn out to be."""
        return chain.from_iterable(each.values() for each in self._possible)

    def possible_of(self, configuration: Configuration) -> Iterator[Configuration]:
        """What a configuration may turn out to be, beside what it is."""
        id = configuration.profile_id
        if id is not None and id in self._found:
            for each in self._possible:
                yield with_profile(configuration, each[id])

    def take(self, page: Page, here: PageGroups) -> None:
        """Notes the domains of a page of mailboxes."""
        users: dict[int, str] = {}
        for number, group in here.groups.items() if self._found else ():
            mailbox, id = group.configuration.mailbox, group.configuration.profile_id
            # One without an address reads nothing.
            if mailbox.synchronizing is False or mailbox.has_address is False:
                continue
            if id is not None and id in self._found:
                users[number] = id
            elif id is None and isinstance(mailbox.profile, Unknown):
                # It may use any of them.
                self._found.clear()
                return
        if not users:
            return
        places = here.places_of(users)
        addresses = page.pick("emailaddress", places)
        met: dict[str, set[str]] = {}
        for number, address in zip(here.numbers[places].tolist(), addresses, strict=True):
            met.setdefault(users[number], set()).add(_domain(address))
        for id, domains in met.items():
            self._found[id].update(domains)
            if not domains.issubset(self._looked_up):
                del self._found[id]

    def decided(self) -> Facts | None:
        """The facts with the profiles of which the domains decide, once every mailbox was read."""
        self._possible.clear()
        if not self._facts.stream.state.whole:
            return None
        told = self._facts.decided_by({id: frozenset(e) for id, e in self._found.items() if e})
        closed = {id: e for id, e in told.mail_domains.items() if not _is_open(told.profiles[id])}
        own = {id: told.profiles[id] for id in closed}
        if not closed:
            return None
        return replace(told, profiles=self._facts.profiles | own, mail_domains=closed)


def with_profile(configuration: Configuration, profile: EmailServerProfile) -> Configuration:
    """The configuration with its profile in this form, used in the directions that it was."""
    mailbox = configuration.mailbox
    assert isinstance(mailbox.profile, EmailServerProfile)
    used = profile.used_for(mailbox.profile.sole_direction)
    return replace(configuration, mailbox=replace(mailbox, profile=used))


def _is_open(profile: EmailServerProfile) -> bool:
    return any(_is_open_host(each) for each in (profile.incoming, profile.outgoing))


def _is_open_host(connection: Connection) -> bool:
    is_shared = connection.host in known_systems().shared_with_outlook_com
    return is_shared and isinstance(connection.product, Unknown)


def _domain(address: Any) -> str:
    """The domain of an address, as mail domains are looked up."""
    _, at, domain = address.rpartition("@") if isinstance(address, str) else ("", "", "")
    return ascii_domain(domain.strip().rstrip(".")) if at else _NONE_READ
