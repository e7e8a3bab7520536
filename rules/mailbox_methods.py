"""The ways a mailbox may synchronize, one by one, and which of them are in use."""

from msgspec import Struct

from rules.facts import Mailbox
from rules.option_sets import TestStatus
from rules.unknown import Unknown, either


class Method(Struct, frozen=True):
    """One way: whether server-side synchronization carries it, its last test, its switch.

    `fields` names the delivery method, the test status and the switch on the mailbox.
    """

    name: str
    in_use: bool | Unknown
    status: TestStatus | None | Unknown
    enabled: bool | Unknown
    fields: tuple[str, str, str]


def incoming(mailbox: Mailbox) -> Method:
    """Email that arrives."""
    return Method(
        "incoming email",
        mailbox.synchronizes_incoming,
        mailbox.incoming_status,
        mailbox.enabled_for_incoming,
        ("incoming_method", "incoming_status", "enabled_for_incoming"),
    )


def outgoing(mailbox: Mailbox) -> Method:
    """Email that is sent."""
    return Method(
        "outgoing email",
        mailbox.synchronizes_outgoing,
        mailbox.outgoing_status,
        mailbox.enabled_for_outgoing,
        ("outgoing_method", "outgoing_status", "enabled_for_outgoing"),
    )


def appointments(mailbox: Mailbox) -> Method:
    """Appointments, contacts and tasks."""
    return Method(
        "appointments, contacts and tasks",
        mailbox.synchronizes_appointments,
        mailbox.act_status,
        mailbox.enabled_for_act,
        ("act_method", "act_status", "enabled_for_act"),
    )


def methods(mailbox: Mailbox) -> tuple[Method, Method, Method]:
    """All three: incoming email, outgoing email, appointments with contacts and tasks."""
    return (incoming(mailbox), outgoing(mailbox), appointments(mailbox))


def synchronizes_email(mailbox: Mailbox) -> bool | Unknown:
    """Whether email of either direction is by server-side synchronization."""
    return either(mailbox.synchronizes_incoming, mailbox.synchronizes_outgoing)


def listed(names: list[str]) -> str:
    """Names in a row, such as `incoming email; outgoing email`, since one holds a comma."""
    return "; ".join(names)
