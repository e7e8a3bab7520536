"""Tries every access that an audit needs, each alone and with as little reading as shows it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from itertools import islice
from typing import Any, Literal, TypeAlias

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from auditor.catalogue.rules_by_source import rules_of
from auditor.connections.connection import Connection
from connectors.dynamics.privileges import SOURCE as PRIVILEGES
from connectors.dynamics.tables.organization_detail import SOURCE as DETAIL
from connectors.dynamics.tables.write_privileges import write_privileges
from connectors.exchange_online import permissions as exchange_permissions
from connectors.exchange_online.client import ExchangeOnline
from connectors.graph import permissions as graph_permissions
from connectors.graph.client import Graph
from connectors.graph.users import SOURCE as ACCOUNTS
from connectors.normalisation.endpoints import named_servers
from connectors.normalisation.mailbox.owner_facts import QUEUES, USERS
from connectors.normalisation.mailbox.owners import Owners
from connectors.sign_in.granted_roles import granted_roles
from connectors.sources.catalogue import readers
from connectors.sources.live import PageSource
from connectors.sources.readings import EarlierReadings, EmptyAddressBook, Reading
from connectors.sources.source import Reader, SourceState
from connectors.transport.errors import SourceFailed
from rules.option_sets import Deployment

State: TypeAlias = Literal["works", "missing", "more-than-needed", "not-tried", "not-configured"]

MOST_PAGES = 3
"""Pages of one source at most; a source that asks several things answers each by a page."""

DEPTH_UNKNOWN = "privilege-depth-unknown"
"""Code of a table of which nobody knows whether every row was shown."""

MOST_ACCOUNTS = 20
"""Accounts whose mailboxes are asked for one by one."""


class Access(Struct, frozen=True, kw_only=True):
    """One access and how it stands.

    `name` is the source, or the section of the configuration where more is allowed than an audit
    needs. `grant` says what the access needs and how that is given; `remedy` what to do now.
    `unlocks` are the ids of the rules that are undetermined without it. `version` is that of
    Dynamics 365, where the access shows it.
    """

    name: str
    state: State
    code: str = ""
    reason: str = ""
    remedy: str = ""
    grant: str = ""
    unlocks: tuple[str, ...] = ()
    version: str | UnsetType = UNSET


def examine(connection: Connection) -> tuple[Access, ...]:
    """Every access of one environment, in the order in which an audit uses them.

    Then what is allowed beyond the need. No failure of a server escapes.
    """
    tried = tuple(_sources(connection.outside(), connection.deployment))
    sections = {reader.source: reader.section for reader in readers()}
    working = {sections[each.name] for each in tried if each.state == "works"}
    return (*tried, *_beyond_need(connection, working))


def missing(accesses: tuple[Access, ...]) -> bool:
    """Whether a configured access is not there."""
    return any(each.state == "missing" for each in accesses)


def _sources(outside: PageSource, deployment: Deployment | None) -> Iterator[Access]:
    readings: dict[str, Reading] = {}
    owners = Owners()

    earlier = EarlierReadings(
        readings=readings,
        addresses=owners.addresses,
        servers=lambda: named_servers(readings, deployment),
        address_book=_FewAccounts(readings),
    )
    lacking: dict[str, str] = {}
    for reader in readers():
        reading = _tried(outside, reader, earlier, owners)
        access = _access(reader, reading.state, [lacking.get(name) for name in reader.after])
        if reader.source == DETAIL and reading.records:
            ((row, _),) = reading.records
            access = replace(access, version=row.OrganizationVersion or UNSET)
        if access.state in ("missing", "not-tried"):
            lacking[reader.source] = access.reason
        # What little of it was read is enough for those that look back at it.
        state = replace(reading.state, status="read", code="") if reading.records else reading.state
        readings[reader.source] = replace(reading, state=state)
        yield access


class _FewAccounts(EmptyAddressBook):
    """The accounts that were read, few as they are."""

    def __init__(self, readings: Mapping[str, Reading]) -> None:
        self._readings = readings

    def without_mailbox(self) -> Iterator[tuple[str, str]]:
        """Address and id of the first accounts."""
        rows = (row for row, _ in self._readings[ACCOUNTS].records)
        return islice(((row.mail or row.id, row.id) for row in rows), MOST_ACCOUNTS)

    def sampled(self) -> Iterator[tuple[str, str]]:
        """The same ones."""
        return self.without_mailbox()


def _tried(
    outside: PageSource, reader: Reader, earlier: EarlierReadings, owners: Owners
) -> Reading:
    stream = outside.open(replace(reader, read=reader.probe or reader.read), earlier)
    takers: Mapping[str, Callable[[Any], None]] = {
        USERS: owners.add_users,
        QUEUES: owners.add_queues,
    }
    records: list[tuple[Any, str]] = []
    pages = iter(stream)
    with closing(pages):  # type: ignore[type-var]
        for page in islice(pages, MOST_PAGES):
            records += ((row, page.read_at) for row in page.rows)
            takers.get(reader.source, _leave)(page)
    return Reading(stream.state, tuple(records))


def _leave(page: Any) -> None:
    """Nobody else wants the page."""


def _access(reader: Reader, state: SourceState, lacking: list[str | None]) -> Access:
    found: State
    reason, remedy = state.reason, state.remedy
    if state.status == "not-configured":
        found = "not-configured"
    elif state.code == DEPTH_UNKNOWN:
        found = "not-tried"
        remedy = f"See {PRIVILEGES}, which lists what the user may read."
    elif state.status != "read":
        rests_on_another = any(cause and cause in reason for cause in lacking)
        found = "missing"
        if rests_on_another:
            found = "works" if state.records else "not-tried"
    elif state.records or state.requests:
        found = "works"
    else:
        found = "not-tried"
        reason = (
            "The few records that were read name no server of this kind, so no server was asked."
        )
    return Access(
        name=state.name,
        state=found,
        code=state.code,
        reason=reason,
        remedy=remedy,
        grant=reader.grant,
        unlocks=rules_of(state.name),
    )


def _beyond_need(connection: Connection, sections: set[str]) -> Iterator[Access]:
    """What is allowed in vain, for the sections of which a source can be read."""
    for section, look in _EXCESSES.items():
        if section not in sections:
            continue
        held: tuple[str, ...] | None
        try:
            held = look(connection.open(section))
            code, why, remedy = "opaque-token", "The token does not say.", ""
        except SourceFailed as failure:
            held, code, why, remedy = None, failure.code, failure.reason, failure.remedy
        if held is None:
            reason = f"What is allowed beyond the need is not known: {why}"
            yield Access(name=section, state="not-tried", code=code, reason=reason, remedy=remedy)
        elif held:
            yield Access(
                name=section,
                state="more-than-needed",
                code="more-than-needed",
                reason=f"An audit only reads, and does not need {', '.join(held)}.",
                remedy=_LESS[section],
            )


def _beyond_in_graph(graph: Graph) -> tuple[str, ...] | None:
    return _beyond(granted_roles(graph.sign_in, graph.api), {*graph_permissions.ROLES, *_EXCHANGE})


def _beyond_in_exchange(exchange: ExchangeOnline) -> tuple[str, ...] | None:
    needed = {exchange_permissions.ADMIN_API, *graph_permissions.ROLES}
    if exchange.cmdlets:
        needed.add(exchange_permissions.CMDLETS)
    return _beyond(granted_roles(exchange.sign_in, exchange.url), needed)


def _beyond(held: frozenset[str] | None, needed: set[str]) -> tuple[str, ...] | None:
    return None if held is None else tuple(sorted(held - needed))


_EXCHANGE = (exchange_permissions.ADMIN_API, exchange_permissions.CMDLETS)
_EXCESSES: dict[str, Callable[[Any], tuple[str, ...] | None]] = {
    "dynamics": write_privileges,
    "graph": _beyond_in_graph,
    "exchange_online": _beyond_in_exchange,
}
_LESS = {
    "dynamics": (
        "Take these privileges from the security roles of the auditor's user, of its teams too: "
        "Power Platform admin centre, Settings > Users + permissions > Security roles."
    ),
    "graph": (
        "Remove these permissions from the auditor's application: Microsoft Entra admin centre, "
        "App registrations > API permissions, or `az ad app permission delete --id CLIENT_ID "
        f"--api {graph_permissions.GRAPH} --api-permissions PERMISSION_ID`."
    ),
    "exchange_online": (
        "Remove these permissions from the auditor's application: Microsoft Entra admin centre, "
        "App registrations > API permissions > Office 365 Exchange Online."
    ),
}
