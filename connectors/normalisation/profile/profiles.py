"""From profile rows to the facts of email server profiles."""

import typing
from collections.abc import Collection, Mapping
from typing import Any

from connectors.dynamics.tables import emailserverprofiles
from connectors.normalisation.alerts import AlertIndex
from connectors.normalisation.email_systems import EmailSystems
from connectors.normalisation.fact_rows import fields
from connectors.normalisation.mail_domains import among
from connectors.normalisation.profile.facts import FACTS
from connectors.normalisation.profile.parts import OwnerOf, parts_of
from connectors.normalisation.records import Record, record_of
from connectors.normalisation.tenants_read import TenantsRead
from connectors.sources.readings import Readings
from rules.facts import Direction, EmailServerProfile, Organization

SOURCE = emailserverprofiles.TABLE.source


def profiles(
    readings: Readings,
    organization: Organization,
    systems: EmailSystems,
    owner_of: OwnerOf,
    alert_index: AlertIndex,
    tenants: TenantsRead,
    domains: Mapping[str, Collection[str]] | None = None,
) -> dict[str, EmailServerProfile]:
    """Every profile that was read, by id and in its order, whatever that of the server was.

    Effective columns: what `same settings` makes of them. `domains` are the mail domains of the
    mailboxes that use a profile, by its id, where they are known: they decide in the place of all
    that the organisation has.
    """
    reading = readings[SOURCE]
    found = {}
    for row, read_at in sorted(reading.records, key=lambda each: each[0].emailserverprofileid):
        id = row.emailserverprofileid
        record = record_of(reading, row, read_at, id)
        told, answering = readings, systems
        if domains and id in domains:
            told = among(readings, domains[id])
            answering = systems.among(told)
        found[id] = _profile(
            record, row, organization, answering, owner_of, told, alert_index, tenants
        )
    return found


def mail_tenants(profiles: Mapping[str, EmailServerProfile]) -> frozenset[str]:
    """The ids of the tenants that profiles read; of those that are not known, none."""
    told = (each.mail_tenant_id for each in profiles.values())
    return frozenset(each for each in told if isinstance(each, str))


def _profile(
    record: Record,
    row: Any,
    organization: Organization,
    systems: EmailSystems,
    owner_of: OwnerOf,
    readings: Readings,
    alert_index: AlertIndex,
    tenants: TenantsRead,
) -> EmailServerProfile:
    open_error, cause = alert_index.of(record.record.lower())
    told = alert_index.origins(record.record.lower())
    parts = parts_of(record, organization, systems, owner_of, readings, tenants)

    def used_for(sole: Direction | None, **alone: Any) -> EmailServerProfile:
        profile = parts[sole]
        found = fields(FACTS, profile, record.evidence)
        found["origins"] = {**told, **found["origins"]}
        return EmailServerProfile(
            id=row.emailserverprofileid,
            name=row.name if isinstance(row.name, str) else "",
            incoming=profile.incoming,
            outgoing=profile.outgoing,
            open_error_alert=open_error,
            alert_cause=cause,
            sole_direction=sole,
            **found,
            **alone,
        )

    directions = typing.get_args(Direction)
    return used_for(None, alone={each: used_for(each) for each in directions})
