"""The mail domains of the mailboxes that use a profile, where these decide what its host is.

A few hosts serve Exchange Online and Outlook.com alike. Where the domains of the whole organisation
do not agree, those of the mailboxes that use the profile may: they are known once all were read.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from auditor.judging.page_groups import PageGroups
from connectors.columnar.addresses import ascii_domain
from connectors.columnar.page import Page
from connectors.known_systems import known_systems
from connectors.normalisation.facts import Facts
from connectors.normalisation.mail_domains import MAIL_DOMAINS
from rules.email_systems import Product
from rules.facts import Connection, EmailServerProfile
from rules.unknown import Unknown

_NONE_READ = ""
"""Stands for the domain of an address that was not told."""


class ProfileDomains:
    """Collects the domains while mailboxes stream by; costs nothing where no profile needs it."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        reading = facts.readings.get(MAIL_DOMAINS)
        is_whole = reading is not None and reading.state.whole
        self._looked_up = {row.domain for row, _ in reading.records} if reading and is_whole else ()
        self._found: dict[str, set[str]] = {
            id: set() for id, each in facts.profiles.items() if self._looked_up and _is_open(each)
        }

    def possible(self) -> Iterator[EmailServerProfile]:
        """What the profiles may turn out to be."""
        for id in self._found:
            for product in (Product.EXCHANGE_ONLINE, Product.OUTLOOK_COM):
                yield _behind(self._facts.profiles[id], product)

    def take(self, page: Page, here: PageGroups) -> None:
        """Notes the domains of a page of mailboxes."""
        numbers: dict[str, set[int]] = {}
        for number, group in here.groups.items() if self._found else ():
            configuration = group.configuration
            if configuration.mailbox.synchronizing is False:
                continue
            id = configuration.profile_id
            if id in self._found:
                numbers.setdefault(id, set()).add(number)
            elif id is None and isinstance(configuration.mailbox.profile, Unknown):
                # It may use any of them.
                self._found.clear()
                return
        every = here.numbers.tolist() if numbers else ()
        for id, those in numbers.items():
            places = [at for at, number in enumerate(every) if number in those]
            self._found[id].update(_domains(page.pick("emailaddress", places)))
            if not self._found[id].issubset(self._looked_up):
                del self._found[id]

    def decided(self) -> Mapping[str, frozenset[str]]:
        """The domains of each profile of which they decide, once every mailbox was read."""
        if not self._facts.stream.state.whole:
            return {}
        every = {id: frozenset(each) for id, each in self._found.items() if each}
        return {
            id: each
            for id, each in every.items()
            if not _is_open(self._facts.profile_among(id, each))
        }


def _is_open(profile: EmailServerProfile) -> bool:
    return any(_is_open_host(each) for each in (profile.incoming, profile.outgoing))


def _is_open_host(connection: Connection) -> bool:
    is_shared = connection.host in known_systems().shared_with_outlook_com
    return is_shared and isinstance(connection.product, Unknown)


def _behind(profile: EmailServerProfile, product: Product) -> EmailServerProfile:
    incoming, outgoing = (
        replace(each, product=product) if _is_open_host(each) else each
        for each in (profile.incoming, profile.outgoing)
    )
    return replace(profile, incoming=incoming, outgoing=outgoing, alone={})


def _domains(addresses: Any) -> Iterator[str]:
    for address in addresses:
        if not isinstance(address, str | None):
            yield _NONE_READ
        elif address:
            yield ascii_domain(address.rpartition("@")[2].strip().rstrip("."))
