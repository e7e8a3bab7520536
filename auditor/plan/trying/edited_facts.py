"""What is known with changes: records changed in memory, and normalised as far as they reach."""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from auditor.plan.edits import Edit, edited
from auditor.request import Request
from connectors.dynamics.tables.emailserverprofiles import ProfileRow
from connectors.normalisation.alerts import SOURCE as ALERTS
from connectors.normalisation.alerts import AlertIndex
from connectors.normalisation.email_systems import EmailSystems
from connectors.normalisation.exchange_tenant import exchange_tenant
from connectors.normalisation.facts import Facts
from connectors.normalisation.mail_servers.facts import mail_servers
from connectors.normalisation.organization import organization
from connectors.normalisation.profile.profiles import SOURCE as PROFILES
from connectors.normalisation.profile.profiles import mail_tenants, profiles
from connectors.sources.readings import Reading


class EditedFacts:
    """The facts as they were read, and what they would be with edits."""

    def __init__(self, request: Request, facts: Facts) -> None:
        self._request = request
        self._read = facts
        self._systems: EmailSystems | None = None
        self._alert_index: AlertIndex | None = None

    def of(self, edits: Mapping[str, list[Edit]], made: ProfileRow | None = None) -> Facts:
        """The facts with these edits, by the kind of their records, and with a profile `made` new.

        Edits of mailboxes stay out.
        """
        facts = self._read
        readings = dict(facts.readings)
        for kind in ("profile", "organization", "tenant"):
            for each in edits.get(kind, ()):
                readings[each.column.source] = _edited(readings[each.column.source], each)
        if made is not None:
            held = readings[PROFILES]
            record = (made, self._request.started_at)
            readings[PROFILES] = replace(held, records=(*held.records, record))
        deployment = self._request.declarations.deployment
        own = organization(readings, deployment) if "organization" in edits else facts.organization
        tenant = facts.tenant
        if "tenant" in edits:
            # What mailboxes say of themselves is in no reading, and no edit changes it.
            tenant = replace(
                exchange_tenant(readings, facts.tenants, mail_tenants(facts.profiles)),
                smtp_allowed_for_a_mailbox=facts.tenant.smtp_allowed_for_a_mailbox,
            )
        found = facts.profiles
        if "profile" in edits or "organization" in edits or made is not None:
            ids = {id for each in edits.get("profile", ()) for id in each.ids}
            if made is not None:
                ids.add(made.emailserverprofileid)
            reading = readings[PROFILES]
            some = [
                each
                for each in reading.records
                if "organization" in edits or each[0].emailserverprofileid in ids
            ]
            of_some = {**readings, PROFILES: replace(reading, records=tuple(some))}
            fresh = profiles(
                of_some,
                own,
                self._systems_of(readings),
                facts.owners.activity,
                self._alerts(readings),
                facts.tenants,
                facts.mail_domains,
            )
            found = {
                id: fresh[id] if id in fresh and fresh[id] != each else each
                for id, each in found.items()
            } | {id: each for id, each in fresh.items() if id not in found}
        return replace(
            facts,
            organization=own,
            tenant=tenant,
            profiles=found,
            readings=readings,
            mail_servers=mail_servers(readings, found.values()),
            mailboxes=facts.mailboxes.again(found),
        )

    def _systems_of(self, readings: Mapping[str, Reading]) -> EmailSystems:
        if self._systems is None:
            declared = self._request.declarations
            self._systems = EmailSystems(
                dict(readings), declared.builds, declared.providers, self._request.started_at
            )
        return self._systems

    def _alerts(self, readings: Mapping[str, Reading]) -> AlertIndex:
        if self._alert_index is None:
            limits = self._request.thresholds.limits_of("open_error_alert")
            self._alert_index = AlertIndex(readings.get(ALERTS), max(limits, default=0))
        return self._alert_index


def _edited(reading: Reading, edit: Edit) -> Reading:
    is_of_one = edit.column.kind in ("organization", "tenant")
    records = tuple(
        (edited(row, [edit]) if is_of_one or edit.meets(_id_of(row)) else row, read_at)
        for row, read_at in reading.records
    )
    return replace(reading, records=records)


def _id_of(row: Any) -> Any:
    return getattr(row, row.__struct_fields__[0])
