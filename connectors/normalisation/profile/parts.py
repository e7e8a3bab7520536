"""What the facts of one profile are made of: its two directions, where they lead, its owner.

Tested in `tests/connectors/normalisation/profile/test_profiles.py`.
"""

import typing
from collections.abc import Callable, Mapping
from typing import NamedTuple

from connectors.normalisation.email_systems import EmailSystems
from connectors.normalisation.endpoints import Endpoints
from connectors.normalisation.fact_rows import Established, once
from connectors.normalisation.profile.connections import Connections, leading
from connectors.normalisation.profile.leads_online import direction_leads_online, leads_online
from connectors.normalisation.records import Record
from connectors.normalisation.tenants_read import TenantsRead
from connectors.sources.readings import Readings
from rules.email_systems import Protocol
from rules.facts import Connection, Direction, Organization
from rules.option_sets import ServerType
from rules.unknown import either, is_one_of

OwnerOf = Callable[[str], tuple[Established, Established]]
"""For a user's id: whether the user is active, and whether it is SYSTEM or INTEGRATION."""


class ProfileParts(NamedTuple):
    """What the facts of one profile are read of.

    `leads_online` and `reaches_online` come with what told them beside the columns of servers;
    `owner` with what the user's own record told.
    """

    record: Record
    endpoints: Endpoints
    incoming: Connection
    outgoing: Connection
    used: tuple[Connection, ...]
    by_ews: tuple[Connection, ...]
    leads_online: Established
    reaches_online: Established
    owner: tuple[Established, Established]
    organization: Organization
    readings: Readings
    tenants: TenantsRead

    @property
    def some_online(self) -> Established:
        """Whether a direction in use leads to Exchange Online."""
        name = "reaches_exchange_online"
        shown = (evidence for each in self.used for evidence in each.evidence(name))
        return Established(
            either(*(each.reaches_exchange_online for each in self.used)), once(shown)
        )


def parts_of(
    record: Record,
    organization: Organization,
    systems: EmailSystems,
    owner_of: OwnerOf,
    readings: Readings,
    tenants: TenantsRead,
) -> Mapping[Direction | None, ProfileParts]:
    """By the one direction that is used; None: both are."""
    endpoints = Endpoints(record)
    connections = Connections(record, systems, endpoints)
    both = connections.connection("incoming"), connections.connection("outgoing")
    server_type = endpoints.server_type
    owner = record.required("_ownerid_value", str)
    told = owner_of(owner) if isinstance(owner, str) else (Established(owner, ()),) * 2

    def where_used(sole: Direction | None) -> ProfileParts:
        def is_used(connection: Connection) -> bool:
            return sole in (None, connection.direction)

        beside = tuple(filter(_may_be_ews, filter(is_used, both)))
        incoming, outgoing = (
            leading(
                each,
                direction_leads_online(record, server_type, each, beside, organization, systems),
            )
            for each in both
        )
        used = tuple(filter(is_used, (incoming, outgoing)))
        by_ews = tuple(filter(_may_be_ews, used))
        online = (
            Established(False, ())
            if server_type is ServerType.EXCHANGE_SERVER_HYBRID
            else leads_online(record, server_type, used, organization, systems)
        )
        return ProfileParts(
            record=record,
            endpoints=endpoints,
            incoming=incoming,
            outgoing=outgoing,
            used=used,
            by_ews=by_ews,
            leads_online=online,
            reaches_online=leads_online(record, server_type, by_ews, organization, systems),
            owner=told,
            organization=organization,
            readings=readings,
            tenants=tenants,
        )

    return {sole: where_used(sole) for sole in (None, *typing.get_args(Direction))}


def _may_be_ews(connection: Connection) -> bool:
    return is_one_of(connection.protocol, Protocol.EWS) is not False
