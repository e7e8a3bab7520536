"""The facts of one owner configuration: what a user or a queue tells of its mailboxes.

`owners.py` beside it holds users and queues by id, and says which configuration each has.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from connectors.dynamics.tables import queues, systemusers
from connectors.normalisation.fact_rows import (
    FactRow,
    choice,
    fields,
    is_filled,
    optional,
    required,
)
from connectors.normalisation.records import Record
from connectors.normalisation.time_zones import TimeZones
from connectors.normalisation.unknowns import scalar
from connectors.sources.source import SourceState
from rules.evidence import OF_ITS_OWNER, Evidence
from rules.facts import Owner, OwnerKind
from rules.option_sets import AccessMode, EmailMethod, FilteringMethod, State
from rules.unknown import Unknown, is_one_of, negated

PSEUDO_USERS = frozenset({"SYSTEM", "INTEGRATION"})
"""Names of the users that every organisation has and that are nobody."""

USERS = systemusers.TABLE.source
QUEUES = queues.TABLE.source

ADDRESS_COLUMNS = frozenset({"internalemailaddress", "emailaddress"})

USER_COLUMNS = (
    "isdisabled",
    "accessmode",
    "islicensed",
    "incomingemaildeliverymethod",
    "outgoingemaildeliverymethod",
)
QUEUE_COLUMNS = (
    "statecode",
    "queueviewtype",
    "incomingemailfilteringmethod",
    "incomingemaildeliverymethod",
    "outgoingemaildeliverymethod",
)


def owner_of(
    configuration: tuple[Any, ...],
    states: tuple[SourceState, SourceState],
    read_at: Mapping[str, str],
    zones: TimeZones,
    *,
    default_is_this: Any,
) -> Owner:
    """The owner of one configuration, as `Owners` numbers them.

    `configuration`: its kind with the values of `USER_COLUMNS` or `QUEUE_COLUMNS`, whether it has
    an address, and of a user what else tells it. `states` and `read_at` are those of both tables.
    """
    (kind, *values), has_address, *further = configuration
    users, queues_ = states
    if kind == "user":
        is_application, pseudo_name, zone = further
        columns = {
            **dict(zip(USER_COLUMNS, values, strict=True)),
            "internalemailaddress": has_address,
            "applicationid": is_application,
            "fullname": pseudo_name,
            "_defaultmailbox_value": default_is_this,
        }
        found = _fields(_USER_FACTS, _record(users, read_at, columns))
        found["origins"]["refused_time_zone"] = zones.evidence(zone)
        return Owner(kind=OwnerKind.USER, refused_time_zone=zones.refused(zone), **found)
    columns = {
        **dict(zip(QUEUE_COLUMNS, values, strict=True)),
        "emailaddress": has_address,
        "_defaultmailbox_value": default_is_this,
    }
    return Owner(kind=OwnerKind.QUEUE, **_fields(_QUEUE_FACTS, _record(queues_, read_at, columns)))


def _record(state: SourceState, read_at: Mapping[str, str], values: dict[str, object]) -> Record:
    return Record(state.name, OF_ITS_OWNER, read_at.get(state.name, ""), values, state)


def _nothing(record: Record, column: str) -> None:
    """What this kind of owner does not have."""


def _is_enabled(record: Record, column: str) -> bool | Unknown:
    return negated(record.required(column, bool))


def _is_active(record: Record, column: str) -> bool | Unknown:
    return is_one_of(record.choice(column, State), State.ACTIVE)


def _is_private(record: Record, column: str) -> bool | Unknown:
    return is_one_of(record.required(column, int), 1)


def _is_pseudo(record: Record, column: str) -> bool | Unknown:
    name = record.optional(column, str)
    return name if isinstance(name, Unknown) else name in PSEUDO_USERS


_METHODS = (
    FactRow("incoming_method", ("incomingemaildeliverymethod",), choice(EmailMethod)),
    FactRow("outgoing_method", ("outgoingemaildeliverymethod",), choice(EmailMethod)),
    FactRow("default_mailbox_is_this", ("_defaultmailbox_value",), optional(bool)),
)
_USER_FACTS = (
    FactRow("enabled", ("isdisabled",), _is_enabled),
    FactRow("access_mode", ("accessmode",), choice(AccessMode)),
    FactRow("is_application", ("applicationid",), is_filled),
    FactRow("is_pseudo_user", ("fullname",), _is_pseudo),
    FactRow("licensed", ("islicensed",), required(bool)),
    FactRow("has_address", ("internalemailaddress",), is_filled),
    *_METHODS,
    FactRow("filtering", ("systemuserid",), _nothing),
    FactRow("private", ("systemuserid",), _nothing),
)
_QUEUE_FACTS = (
    FactRow("enabled", ("statecode",), _is_active),
    FactRow("access_mode", ("queueid",), _nothing),
    FactRow("is_application", ("queueid",), _nothing),
    FactRow("is_pseudo_user", ("queueid",), _nothing),
    FactRow("licensed", ("queueid",), _nothing),
    FactRow("has_address", ("emailaddress",), is_filled),
    *_METHODS,
    FactRow("filtering", ("incomingemailfilteringmethod",), choice(FilteringMethod)),
    FactRow("private", ("queueviewtype",), _is_private),
    FactRow("refused_time_zone", ("queueid",), _nothing),
)
_KIND_COLUMNS = {USERS: "systemuserid", QUEUES: "queueid"}
ID_COLUMNS = frozenset(_KIND_COLUMNS.values())
"""Like an address, an id is filled in where the evidence becomes that of one mailbox."""


def _fields(rows: tuple[FactRow, ...], record: Record) -> dict[str, Any]:
    """The fields of an owner, with their evidence in its own record."""
    found = fields(rows, record, partial(_evidence, record))
    found["origins"]["kind"] = _evidence(record, _KIND_COLUMNS[record.source])
    return found


def _evidence(record: Record, column: str) -> tuple[Evidence, ...]:
    shown = _shown(record, column)
    return (Evidence(record.source, OF_ITS_OWNER, column, shown, record.read_at),)


def _shown(record: Record, column: str) -> str | int | bool | None:
    """The value as evidence; of a column whose values are many, whether it is set.

    An address is filled in where the evidence becomes that of one mailbox.
    """
    value = record.raw(column)
    if isinstance(value, Unknown) or column in ADDRESS_COLUMNS:
        return None
    if column == "applicationid":
        return "(set)" if value else None
    if column == "fullname":
        return str(value) if value else "(a name of its own)"
    return scalar(value)  # type: ignore[return-value]
