"""Which mailboxes synchronize with the Exchange Server that was asked to open them."""

from rules.directions import uses
from rules.email_systems import Place, Protocol
from rules.facts import Connection, Direction, Mailbox
from rules.unknown import Unknown, both, either, is_one_of, known, negated


def is_of_asked_server(mailbox: Mailbox, over: Direction | None = None) -> bool | Unknown:
    """Whether the direction leads there: another server may have the mailbox that this one lacks.

    `over` None: whether either of the profile does.

    A mailbox that is in Exchange Online is a matter of mailbox-on-wrong-profile. The server itself
    may be unknown only for a mailbox that synchronizes with some Exchange Server.
    """
    profile = known(mailbox.profile)
    if profile is None or mailbox.exchange.place is Place.EXCHANGE_ONLINE:
        return False
    return either(
        *(
            _leads_there(mailbox, each)
            for each in profile.connections
            if over in (None, each.direction)
        )
    )


def _leads_there(mailbox: Mailbox, connection: Connection) -> bool | Unknown:
    to_a_server = both(
        uses(mailbox, connection),
        is_one_of(connection.protocol, Protocol.EWS),
        negated(connection.reaches_exchange_online),
    )
    asked = mailbox.exchange.server_asked
    if to_a_server is not True or isinstance(asked, Unknown):
        return both(to_a_server, asked if isinstance(asked, Unknown) else True)
    return is_one_of(connection.host, asked)
