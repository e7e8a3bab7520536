"""Asks for a few mailboxes and their owners only, where somebody named them.

What is named is looked up first; where that gives too much, or the server does not understand it,
the tables are read whole and whoever asked looks for themselves.
"""

import logging
import re
from uuid import UUID

from msgspec import Struct, field

from connectors.dynamics.client import Dynamics
from connectors.dynamics.wanted import SubjectPattern
from connectors.transport.errors import SourceFailed

log = logging.getLogger(__name__)

MOST = 50
"""So many mailboxes are asked for by id at most."""

_WILD = re.compile(r"[*?\[]")
_TABLES = {
    "mailbox": ("mailboxes", "mailboxid", ("emailaddress", "name")),
    "user": ("systemusers", "systemuserid", ("internalemailaddress", "fullname")),
    "queue": ("queues", "queueid", ("emailaddress", "name")),
}


class _Mailbox(Struct):
    mailboxid: str
    regarding: str | None = field(name="_regardingobjectid_value", default=None)


class _Owner(Struct):
    systemuserid: str = ""
    queueid: str = ""


def narrowed(dynamics: Dynamics, entity_set: str) -> str:
    """The `$filter` to what is wanted of a table; empty where all of it is read."""
    if not dynamics.wanted:
        return ""
    found = dynamics.remember("wanted", lambda: _filters(dynamics, dynamics.wanted))
    return found.get(entity_set, "")


def _filters(dynamics: Dynamics, wanted: tuple[SubjectPattern, ...]) -> dict[str, str]:
    """The `$filter` of each entity set that can be narrowed; empty where none can."""
    try:
        mailboxes = _mailboxes(dynamics, wanted)
    except SourceFailed as failure:
        log.info("All mailboxes are read, for the server did not look for some: %s", failure.reason)
        return {}
    if not mailboxes or len(mailboxes) > MOST:
        log.info("All mailboxes are read: the server found none of these, or more than %d.", MOST)
        return {}
    owners = sorted({each.regarding for each in mailboxes.values() if each.regarding})
    return {
        "mailboxes": _any_of("mailboxid", sorted(mailboxes)),
        "systemusers": _any_of("systemuserid", owners),
        "queues": _any_of("queueid", owners),
    }


def _mailboxes(dynamics: Dynamics, wanted: tuple[SubjectPattern, ...]) -> dict[str, _Mailbox]:
    """The mailboxes that are named, by id; nothing where too many are. Raises `SourceFailed`."""
    found: dict[str, _Mailbox] = {}
    for each in wanted:
        condition = _condition(each)
        if condition is None:
            return {}
        if each.kind != "mailbox":
            entity_set, key, _ = _TABLES[each.kind]
            path = f"{entity_set}?$select={key}&$filter={condition}"
            owners = [
                row.systemuserid or row.queueid
                for row in dynamics.first_rows(path, _Owner, MOST + 1)
            ]
            if not owners or len(owners) > MOST:
                return {}
            condition = _any_of("_regardingobjectid_value", owners)
        path = f"mailboxes?$select=mailboxid,_regardingobjectid_value&$filter={condition}"
        found |= {row.mailboxid: row for row in dynamics.first_rows(path, _Mailbox, MOST + 1)}
    return found


def _condition(wanted: SubjectPattern) -> str | None:
    """A condition that everything meant meets; None where there is none."""
    _, key, columns = _TABLES[wanted.kind]
    if id := _id(wanted.glob):
        # By its key alone: a server finds it at once, where names may have no index.
        return f"{key} eq {id}"
    first = _WILD.search(wanted.glob)
    if first is None:
        literal = _quoted(wanted.glob)
        return " or ".join(f"{column} eq {literal}" for column in columns)
    start, end = wanted.glob[: first.start()], _WILD.split(wanted.glob)[-1]
    if start:
        return " or ".join(f"startswith({column},{_quoted(start)})" for column in columns)
    if end and "[" not in wanted.glob:
        return " or ".join(f"endswith({column},{_quoted(end)})" for column in columns)
    return None


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _any_of(column: str, ids: list[str]) -> str:
    """Rows with one of the ids; of no id, no row."""
    return " or ".join(f"{column} eq {id}" for id in ids) or f"{column} eq {UUID(int=0)}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
