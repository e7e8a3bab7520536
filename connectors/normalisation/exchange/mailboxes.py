"""What Exchange and Microsoft Graph know of an address, as a small number of configurations.

Sources that contradict each other leave a fact unknown, with what each of them says as evidence.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from msgspec import UNSET

from connectors.columnar.columns import Remembered
from connectors.columnar.id_index import NOWHERE, Digests
from connectors.exchange_online.forwarding import GROUPS, MAIL_USER
from connectors.exchange_online.values import domain_of
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
    Settings,
)
from connectors.normalisation.exchange.answers import Told
from connectors.normalisation.exchange.location import Places
from connectors.normalisation.exchange.tenant_domains import (
    TenantDomains,
    domains_of_accounts,
    domains_of_mailboxes,
)
from connectors.normalisation.fact_rows import Established, FactRow, fields
from connectors.normalisation.tenants_read import EXCHANGE, GRAPH, TenantsRead
from connectors.sources.readings import Readings
from rules.evidence import OF_THE_SUBJECT, Evidence
from rules.facts import ExchangeMailbox
from rules.unknown import Unknown, both, either, negated

WITHOUT_ADDRESS = 0
_NAMES = tuple(name for name in ExchangeMailbox.__struct_fields__ if name != "origins")
_BOOKS = (USERS, SETTINGS, MAILBOXES, CAS, OPENED, RULES, FORWARDING)
_NO_TENANT = Unknown(
    reason="Which tenant has the domain of the address is not shown.",
    remedy="See the domains of the tenant in the Microsoft 365 admin centre.",
)
_NOT_TOLD = Unknown(
    reason="Exchange Online says nothing that decides where email of the mailbox is forwarded to.",
    remedy="See the email forwarding of the mailbox in the Exchange admin centre.",
)


class ExchangeMailboxes:
    """Answers for addresses in lower case.

    `tenants` tells which tenants were read, `directory` what the listings told while they streamed
    by.
    """

    def __init__(
        self, readings: Readings, tenants: TenantsRead, directory: AddressBooks | None = None
    ) -> None:
        self._directory = directory or AddressBooks()
        self._directory.describe({name: each.state for name, each in readings.items()})
        self._books = tuple(self._directory.books[name] for name in _BOOKS)
        self._silent = not any(self._books) and not any(
            self._directory.states[name].whole for name in _BOOKS
        )
        self._domains = domains_of_accounts(readings, tenants)
        self._of_mailboxes = {
            each: domains_of_mailboxes(readings, tenants, is_same=each) for each in (True, False)
        }
        self._tenants = tenants
        self._is_organizations = {
            each: tenants.is_organizations(each) is True for each in (GRAPH, EXCHANGE)
        }
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
        # Few addresses of a page differ in what is told of them.
        number_of = Remembered(self._number_in_domain)
        return [
            number_of[found, address.rpartition("@")[2]] if address else WITHOUT_ADDRESS
            for address, found in zip(addresses, zip(*columns, strict=True), strict=True)
        ]

    def fact(self, number: int) -> ExchangeMailbox:
        """The facts of one configuration."""
        return self._facts[number]

    def _number_in_domain(self, found: tuple[tuple[int, ...], str]) -> int:
        """The number of the configuration of what the books and a domain, as written, tell."""
        numbers, domain = found
        return self._number((*numbers, *self._told_by_domain(numbers, domain_of(domain))))

    def _told_by_domain(self, found: tuple[int, ...], domain: str) -> tuple[Any, ...]:
        """What the domain tells: where an unknown address can live, and which tenants have it."""
        is_unknown = found[0] == NOWHERE
        has = (self._tenants.has(each, domain) for each in (GRAPH, EXCHANGE))
        return (self._domains.outside(domain) if is_unknown else None, *has)

    def _number(self, found: tuple[Any, ...]) -> int:
        number = self._known.get(found)
        if number is None:
            number = self._known[found] = self._configuration(found)
        return number

    def _configuration(self, found: tuple[Any, ...]) -> int:
        entries: dict[str, Entry | Ambiguous | None] = dict.fromkeys(_BOOKS)
        for name, book, number_there in zip(_BOOKS, self._books, found, strict=False):
            entries[name] = book.entry(number_there)
        outside, graph_has_it, exchange_has_it = found[len(_BOOKS) :] or (None, False, False)
        away = self._of_another_tenant(entries, graph_has_it, exchange_has_it)
        tenant = self._tenant_with(graph_has_it, exchange_has_it)
        domains = self._of_mailboxes[graph_has_it]
        forwarding = None if EXCHANGE in away else entries[FORWARDING]
        goes_on = _goes_on(forwarding, domains)
        keeps_nothing = _keeps_nothing(forwarding)
        # What is shown as evidence tells two apart, and nothing else of a forwarding does.
        shown = (
            (forwarding.recipient_type, forwarding.shown)
            if isinstance(forwarding, Forwarding)
            else ()
        )
        alike = (goes_on, keeps_nothing, *shown)
        of_tenant = (tenant.value, *tenant.evidence)
        key = (*(entries[name] for name in _BOOKS[:-1]), outside, *of_tenant, *alike, *away)
        number = self._canonical.get(key)
        if number is None:
            number = self._canonical[key] = len(self._facts)
            told = Told(self._directory, entries, away)
            self._facts.append(_fact(told, outside, tenant, goes_on, keeps_nothing))
        return number

    def _tenant_with(self, graph: bool, exchange: bool) -> Established:
        """The tenant that has the domain of an address, told by the sections that have it."""
        told = {GRAPH: graph, EXCHANGE: exchange}
        having = [self._tenants[each] for each, has_it in told.items() if has_it]
        found = {each.id for each in having}
        shown = having or [self._tenants[each] for each in told]
        return Established(
            found.pop() if len(found) == 1 else _NO_TENANT, tuple(each.shown for each in shown)
        )

    def _of_another_tenant(
        self, entries: Mapping[str, Entry | Ambiguous | None], graph: bool, exchange: bool
    ) -> dict[str, Unknown]:
        """The sections that tell nothing of an address, and why.

        `graph` and `exchange`: whether the section's tenant has its domain. A mailbox that answers
        or is listed proves the same.
        """
        asked = entries[SETTINGS]
        told = {
            GRAPH: graph or (isinstance(asked, Settings) and asked.status == 200),
            EXCHANGE: exchange or entries[MAILBOXES] is not None,
        }
        return {
            each: self._tenants.why_not_told(each)
            for each, is_told in told.items()
            if not (is_told or self._is_organizations[each])
        }


def _fact(
    told: Told,
    outside: bool | Unknown | None,
    tenant: Established,
    goes_on: bool | None | Unknown,
    keeps_nothing: bool | None | Unknown,
) -> ExchangeMailbox:
    places = Places(told, outside)
    place = places.place()
    address = _Address(told, places, place, tenant, goes_on, keeps_nothing)
    return ExchangeMailbox(**fields(_FACTS, address, _no_columns))


class _Address(NamedTuple):
    """What the facts of one configuration are read of."""

    told: Told
    places: Places
    place: Established
    tenant: Established
    goes_on: bool | None | Unknown
    keeps_nothing: bool | None | Unknown


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
    FactRow("tenant_of_domain", (), lambda address: address.tenant),
    FactRow(
        "address_is_primary", (), lambda each: each.places.address_is_primary(each.place.value)
    ),
    FactRow("points_outside", (), lambda each: each.told.points_outside(each.goes_on)),
    FactRow("forwards_without_copy", (), lambda each: each.told.points_outside(each.keeps_nothing)),
    FactRow("account_is_guest", (), lambda address: address.told.is_guest()),
    FactRow("address_is_of_a_group", (), lambda address: address.told.is_group()),
    FactRow("ews_enabled", (), lambda address: address.told.ews_enabled()),
    FactRow("client_policy", (), lambda address: address.told.client_policy()),
    FactRow("inbox_rules_move_email", (), lambda address: address.told.inbox_rules()),
    FactRow("server_asked", (), lambda address: address.told.server_asked()),
    FactRow("opens_on_server", (), lambda address: address.told.opens_on_server()),
    FactRow("undeliverable_email_waits", (), lambda address: address.told.undeliverable_email()),
)


def _goes_on(entry: Entry | Ambiguous | None, domains: TenantDomains) -> bool | None | Unknown:
    """Whether email leaves the tenant and no copy stays; None: no listing shows the address."""
    if entry is None:
        return None
    why = _NOT_TOLD
    if not isinstance(entry, Forwarding):
        return why
    if not isinstance(entry.recipient_type, str):
        return why
    if entry.recipient_type in GROUPS:
        return None
    if entry.recipient_type == MAIL_USER:
        return domains.outside(entry.external) if isinstance(entry.external, str) else why
    if entry.keeps_copy is True:
        return False
    if entry.to_recipient is not False:
        # The recipient may be a contact outside: only its own record tells.
        return why
    if isinstance(entry.forwards_to, str):
        away = domains.leaves(entry.forwards_to)
        return away if away is False or entry.keeps_copy is False else why
    return False if entry.forwards_to is None else why


def _keeps_nothing(entry: Entry | Ambiguous | None) -> bool | None | Unknown:
    """Whether all email is forwarded and no copy stays; None as above, and for a mail user."""
    if entry is None:
        return None
    if not isinstance(entry, Forwarding) or not isinstance(entry.recipient_type, str):
        return _NOT_TOLD
    if entry.recipient_type in (MAIL_USER, *GROUPS):
        return None
    forwards = either(_is_there(entry.to_recipient), _is_there(entry.forwards_to))
    kept = entry.keeps_copy if isinstance(entry.keeps_copy, bool) else _NOT_TOLD
    return both(forwards, negated(kept))


def _is_there(forwarding: Any) -> bool | Unknown:
    return _NOT_TOLD if forwarding is UNSET else bool(forwarding)


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
