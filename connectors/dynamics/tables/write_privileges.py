"""What the auditor's user may change in the tables that an audit reads: more than it needs.

Source: Dataverse, *Security concepts* and *privilege EntityType*: a privilege is named after what
it allows and the table that it is for.
"""

from connectors.dynamics.client import Dynamics
from connectors.dynamics.privileges import existing_ids, held_of

SOURCE = "dynamics.write-privileges"
"""Requests count under this name; it is no source of an audit."""

_VERBS = ("Create", "Write", "Delete", "Assign", "Share")
_TABLES = (
    "Activity",
    "EmailServerProfile",
    "Mailbox",
    "MailboxTrackingFolder",
    "Organization",
    "Queue",
    "SdkMessageProcessingStep",
    "TraceLog",
    "User",
)
_OTHERS = ("prvApproveRejectEmailAddress",)
NAMES = tuple(f"prv{verb}{table}" for table in _TABLES for verb in _VERBS) + _OTHERS


def write_privileges(dynamics: Dynamics) -> tuple[str, ...]:
    """The names of the privileges that the user has at any depth, in alphabetical order.

    Raises `SourceFailed`.
    """
    # Not every table has every privilege, and a server may refuse a name that it does not know.
    ids = existing_ids(dynamics, NAMES, SOURCE)
    held = held_of(dynamics, tuple(sorted(ids.values())), ids, SOURCE)
    return tuple(sorted(name for name in held if name in NAMES))
