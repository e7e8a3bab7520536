"""Which directions of its profile a mailbox uses."""

from rules.facts import Connection, Mailbox
from rules.unknown import Unknown, either


def uses(mailbox: Mailbox, connection: Connection) -> bool | Unknown:
    """Whether the mailbox synchronizes over this direction of its profile.

    Appointments, contacts and tasks go over the incoming one.
    """
    if connection.direction == "outgoing":
        return mailbox.synchronizes_outgoing
    return either(mailbox.synchronizes_incoming, mailbox.synchronizes_appointments)


def named(connections: list[Connection]) -> str:
    """The directions in words, such as `incoming and outgoing`."""
    return " and ".join(connection.direction for connection in connections)
