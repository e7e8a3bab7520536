"""What Exchange and Microsoft Graph know of an address, as a small number of configurations.

Sources that contradict each other leave a fact unknown, with what each of them says as evidence.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec import UNSET

from connectors.columnar.id_index import NOWHERE, Digests
from connectors.exchange_online import accepted_domains
from connectors.exchange_online.accepted_domains import AUTHORITATIVE, EXTERNAL_RELAY
from connectors.exchange_online.forwarding import GROUPS, MAIL_USER
from connectors.exchange_online.values import domain_of
from connectors.graph import organization
from connectors.normalisation.exchange.address_books import (
    CAS,
    FORWARDING,
    MAILBOXES,
    OPENED,
    RULES,
    SETTINGS,
    USERS,
    AddressBooks,
    Ambiguous,
    Entry,
    Forwarding,
)
from connectors.normalisation.exchange.answers import Told
from connectors.normalisation.exchange.location import Places
from connectors.normalisation.fact_rows import Established, FactRow, fields
from connectors.sources.readings import Reading, Readings
from rules.evidence import OF_THE_SUBJECT, Evidence
from rules.facts import ExchangeMailbox
from rules.unknown import Unknown, negated

DOMAINS = accepted_domains.SOURCE
TENANT = organization.SOURCE
WITHOUT_ADDRESS = 0
_NAMES = tuple(name for name in ExchangeMailbox.__struct_fields__ if name != "origins")
_BOOKS = (USERS, SETTINGS, MAILBOXES, CAS, OPENED, RULES, FORWARDING)


class ExchangeMailboxes:
    """Answers for addresses in lower case.

    `directory` holds what the listings told while they streamed by.
    """

    def __init__(self, readings: Readings, directory: AddressBooks | None = None) -> None:
        self._directory = directory or AddressBooks()
        self._directory.describe({name: each.state for name, each in readings.items()})
        self._books = tuple(self._directory.books[name] for name in _BOOKS)
        self._silent = not any(self._books) and not any(
            self._directory.states[name].whole for name in _BOOKS
        )
        self._domains = _Domains(readings)
        self._facts: list[ExchangeMailbox] = [_without_address()]
        self._known: dict[tuple[Any, ...], int] = {}
        self._canonical: dict[tuple[Any, ...], int] = {}

    def numbers(self, addresses: Sequence[str | None], of_addresses: Digests) -> list[int]:
        """The number of the configuration of each address, in their order; None has one too.

        `of_addresses` are the digests of the addresses.
        """
        if self._silent:
            # Where no source tells anything, all addresses are alike.
            silent = self._number(()) if any(addresses) else WITHOUT_ADDRESS
            return [silent if each else WITHOUT_ADDRESS for each in addresses]
        nowhere = [NOWHERE] * len(addresses)
        columns = (book.find(of_addresses).tolist() if book else nowhere for book in self._books)
        return [
            self._number(found if found[0] != NOWHERE else self._with_domain(found, address))
            if address
            else WITHOUT_ADDRESS
            for address, found in zip(addresses, zip(*columns, strict=True), strict=True)
        ]

    def fact(self, number: int) -> ExchangeMailbox:
        """The facts of one configuration."""
        return self._facts[number]

    def _with_domain(self, found: tuple[Any, ...], address: str) -> tuple[Any, ...]:
        """Whether the tenant accepts the domain tells where an unknown address can live."""
        return (*found, self._domains.outside(domain_of(address)))

    def _number(self, found: tuple[Any, ...]) -> int:
        number = self._known.get(found)
        if number is None:
            number = self._known[found] = self._configuration(found)
        return number

    def _configuration(self, found: tuple[Any, ...]) -> int:
        entries: dict[str, Entry | Ambiguous | None] = dict.fromkeys(_BOOKS)
        for name, book, number_there in zip(_BOOKS, self._books, found, strict=False):
            entries[name] = book.entry(number_there)
        outside = found[len(_BOOKS)] if len(found) > len(_BOOKS) else None
        forwarding = entries[FORWARDING]
        goes_on = _goes_on(forwarding, self._domains)
        stays_away = _stays_away(forwarding, self._domains)
        # Two forwarding domains that are judged alike are one configuration.
        alike = (goes_on, stays_away, _recipient_type(forwarding))
        key = (*(entries[name] for name in _BOOKS[:-1]), outside, *alike)
        number = self._canonical.get(key)
        if number is None:
            number = self._canonical[key] = len(self._facts)
            self._facts.append(self._fact(entries, outside, goes_on, stays_away))
        return number

    def _fact(
        self,
        entries: dict[str, Entry | Ambiguous | None],
        outside: bool | Unknown | None,
        goes_on: bool | None | Unknown,
        stays_away: bool | None | Unknown,
    ) -> ExchangeMailbox:
        told = Told(self._directory, entries)
        places = Places(told, outside)
        place = places.place()
        address = _Address(told, places, place, goes_on, stays_away)
        return ExchangeMailbox(**fields(_FACTS, address, _no_columns))


class _Address(NamedTuple):
    """What the facts of one configuration are read of."""

    told: Told
    places: Places
    place: Established
    goes_on: bool | None | Unknown
    stays_away: bool | None | Unknown


def _no_columns() -> tuple[Evidence, ...]:
    """Each of these facts comes with its own evidence."""
    return ()


_FACTS = (
    FactRow("place", (), lambda address: address.place),
    FactRow("purpose", (), lambda address: address.places.purpose(address.place.value)),
    FactRow(
        "account_enabled", (), lambda each: each.told.of_account("is_enabled", "accountEnabled")
    ),
    FactRow("has_exchange_license", (), lambda address: address.told.licensed()),
    FactRow("found_in_tenant", (), lambda address: address.places.found_in_tenant()),
    FactRow(
        "address_is_primary", (), lambda each: each.places.address_is_primary(each.place.value)
    ),
    FactRow("points_outside", (), lambda each: each.told.points_outside(each.goes_on)),
    FactRow("forwards_inside", (), lambda each: each.told.points_outside(each.stays_away)),
    FactRow("account_is_guest", (), lambda address: address.told.is_guest()),
    FactRow("address_is_of_a_group", (), lambda address: address.told.is_group()),
    FactRow("ews_enabled", (), lambda address: address.told.ews_enabled()),
    FactRow("client_policy", (), lambda address: address.told.client_policy()),
    FactRow("inbox_rules_move_email", (), lambda address: address.told.inbox_rules()),
    FactRow("server_asked", (), lambda address: address.told.server_asked()),
    FactRow("opens_on_server", (), lambda address: address.told.opens_on_server()),
    FactRow("undeliverable_email_waits", (), lambda address: address.told.undeliverable_email()),
)


class _Domains:
    """The domains whose email the tenant accepts.

    That a domain is none of them is proven by the whole listing of accepted domains, or of the
    verified ones; a listing without any domain is none, since each tenant has one.
    """

    def __init__(self, readings: Readings) -> None:
        self._own: Mapping[str, Any] | None = None
        self._why = Unknown(
            reason="The domains whose email the tenant accepts were not read.",
            remedy="Configure `exchange_online` or `graph`.",
        )
        accepted, tenant = readings.get(DOMAINS), readings.get(TENANT)
        if accepted is not None and accepted.state.whole and accepted.records:
            self._own = {domain_of(row.DomainName): row.DomainType for row, _ in accepted.records}
        elif tenant is not None and tenant.state.whole and (names := _verified(tenant)):
            self._own = dict.fromkeys(names, UNSET)
        elif accepted is not None and not accepted.state.whole:
            self._why = accepted.state.unknown()

    def leaves(self, domain: str) -> bool | Unknown:
        """Whether email to the domain leaves the tenant: a relayed domain has mailboxes outside."""
        outside = self.outside(domain)
        if outside is not False or self._own is None:
            return outside
        kind = self._own[domain]
        if kind == AUTHORITATIVE:
            return False
        return True if kind == EXTERNAL_RELAY else _relayed(domain, kind)

    def outside(self, domain: str) -> bool | Unknown:
        """Whether the domain is none of the tenant's."""
        if self._own is None:
            return self._why
        if domain in self._own:
            return False
        # Whether email to the subdomains of a domain is accepted too was not asked for.
        above = next((each for each in _above(domain) if each in self._own), None)
        return True if above is None else _of_a_subdomain(above)


def _verified(tenant: Reading) -> list[str]:
    names = [
        domain.get("name")
        for row, _ in tenant.records
        for domain in (row.verifiedDomains if isinstance(row.verifiedDomains, list) else ())
    ]
    return [domain_of(name) for name in names if isinstance(name, str)]


def _relayed(domain: str, kind: Any) -> Unknown:
    told = f"of the type {kind}" if isinstance(kind, str) else "of a type that is not known"
    return Unknown(
        reason=f"The domain {domain} of the tenant is {told}, so its mailboxes may be outside.",
        remedy=f"See the type of {domain} in the Exchange admin centre, Mail flow > Accepted "
        "domains, and who has the address that email is forwarded to.",
    )


def _above(domain: str) -> Iterator[str]:
    while domain := domain.partition(".")[2]:
        yield domain


def _of_a_subdomain(above: str) -> Unknown:
    """Names no subdomain, so that those of one domain are one configuration."""
    return Unknown(
        reason=f"The tenant accepts email to {above}; whether it accepts email to all of its "
        "subdomains too is not known.",
        remedy=f"See in the Exchange admin centre whether {above} accepts email for all "
        "subdomains.",
    )


def _goes_on(entry: Entry | Ambiguous | None, domains: _Domains) -> bool | None | Unknown:
    """Whether email leaves the tenant and no copy stays; None: no listing shows the address."""
    if entry is None:
        return None
    why = Unknown(
        reason="Exchange Online says nothing that decides where email of the mailbox is "
        "forwarded to.",
        remedy="See the email forwarding of the mailbox in the Exchange admin centre.",
    )
    if not isinstance(entry, Forwarding):
        return why
    if not isinstance(entry.recipient_type, str):
        return why
    if entry.recipient_type in GROUPS:
        return None
    if entry.recipient_type == MAIL_USER:
        return domains.outside(entry.external) if isinstance(entry.external, str) else why
    if isinstance(entry.forwards_to, str):
        if entry.keeps_copy is True:
            return False
        away = domains.leaves(entry.forwards_to)
        return away if away is False or entry.keeps_copy is False else why
    if entry.to_recipient:
        # The recipient may be a contact outside: only its own record tells.
        return False if entry.keeps_copy is True else why
    return False if entry.forwards_to is None else why


def _stays_away(entry: Entry | Ambiguous | None, domains: _Domains) -> bool | None | Unknown:
    """Whether all email goes on to somebody inside, so that none stays in the mailbox.

    A recipient of the organisation counts, whoever stands behind it.
    """
    if not isinstance(entry, Forwarding) or not isinstance(entry.recipient_type, str):
        return _goes_on(entry, domains)
    if entry.recipient_type in (MAIL_USER, *GROUPS):
        return None
    forwards = isinstance(entry.forwards_to, str) or entry.to_recipient
    if not forwards or entry.keeps_copy is True:
        return _goes_on(entry, domains) if not forwards else False
    if entry.keeps_copy is not False:
        return _goes_on(entry, domains)
    if isinstance(entry.forwards_to, str):
        return negated(domains.leaves(entry.forwards_to))
    return True


def _recipient_type(entry: Entry | Ambiguous | None) -> object:
    return entry.recipient_type if isinstance(entry, Forwarding) else None


def _without_address() -> ExchangeMailbox:
    unknown = Unknown(
        reason="The mailbox has no email address, so nothing can be known of it in Exchange.",
        remedy="Enter the email address of the mailbox, or deactivate it.",
        evidence=(Evidence("dynamics.mailboxes", OF_THE_SUBJECT, "emailaddress"),),
    )
    evidence = (Evidence("dynamics.mailboxes", OF_THE_SUBJECT, "emailaddress"),)
    return ExchangeMailbox(
        **dict.fromkeys(_NAMES, unknown), origins=dict.fromkeys(_NAMES, evidence)
    )
