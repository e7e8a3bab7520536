"""The two directions of a profile: which a mailbox uses, and how several are told of together."""

from collections.abc import Callable, Iterable

from rules.evidence import Evidence
from rules.facts import Connection, EmailServerProfile, Mailbox
from rules.option_sets import CredentialRetrieval
from rules.unknown import Unknown, any_of, either


def uses(mailbox: Mailbox, connection: Connection) -> bool | Unknown:
    """Whether the mailbox synchronizes over this direction of its profile.

    Appointments, contacts and tasks go over the incoming one.
    """
    if connection.direction == "outgoing":
        return mailbox.synchronizes_outgoing
    return either(mailbox.synchronizes_incoming, mailbox.synchronizes_appointments)


def named(connections: Iterable[Connection]) -> str:
    """The directions in words, such as `incoming and outgoing`."""
    return " and ".join(connection.direction for connection in connections)


def names_of(connections: Iterable[Connection]) -> tuple[str, ...]:
    """The directions by name, as a failing verdict names those that it is about."""
    return tuple(connection.direction for connection in connections)


def by_application(profile: EmailServerProfile) -> tuple[str, ...] | None:
    """The directions that sign in with an application of Microsoft Entra; None: not known which."""
    entra = CredentialRetrieval.ENTRA_OAUTH
    found = names_of(each for each in profile.connections if each.credential_retrieval is entra)
    return found or None


def evidence_of(connections: Iterable[Connection], *fields: str) -> tuple[Evidence, ...]:
    """The evidence of the named fields over several directions, each value once."""
    found: dict[Evidence, None] = {}
    for connection in connections:
        for evidence in connection.evidence(*fields):
            found[evidence] = None
    return tuple(found)


def directions_where(
    profile: EmailServerProfile, holds: Callable[[Connection], bool | Unknown]
) -> tuple[Connection, ...]:
    """The directions in use of which something is known to hold.

    Raises `Undecided` where it holds of none, and is unknown of one.
    """
    found = [holds(each) for each in profile.connections]
    if not any_of(found):
        return ()
    return tuple(each for each, it in zip(profile.connections, found, strict=True) if it is True)
