"""Which mailboxes synchronize with the Exchange Server that was asked to open them."""

from rules.directions import uses
from rules.email_systems import Place, Protocol
from rules.facts import Mailbox
from rules.unknown import Unknown, both, either, is_one_of, known, negated


def is_of_asked_server(mailbox: Mailbox) -> bool | Unknown:
    """Whether the profile leads there: another server may have the mailbox that this one lacks.

    A mailbox that is in Exchange Online is a matter of mailbox-on-wrong-profile. The server itself
    may be unknown only for a mailbox that synchronizes with some Exchange Server.
    """
    profile = known(mailbox.profile)
    if profile is None or mailbox.exchange.place is Place.EXCHANGE_ONLINE:
        return False
    by_ews = [
        both(uses(mailbox, each), is_one_of(each.protocol, Protocol.EWS))
        for each in profile.connections
    ]
    with_a_server = both(negated(profile.is_exchange_online), either(*by_ews))
    asked = mailbox.exchange.server_asked
    if with_a_server is not True or isinstance(asked, Unknown):
        return both(with_a_server, asked if isinstance(asked, Unknown) else True)
    hosts = [is_one_of(each.host, asked) for each in profile.connections]
    return either(*(both(used, host) for used, host in zip(by_ews, hosts, strict=True)))
