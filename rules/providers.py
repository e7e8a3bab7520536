"""Which email system a direction of a profile speaks to, as far as its protocol tells."""

from rules.email_systems import Product, Protocol
from rules.facts import Connection
from rules.unknown import Unknown, both, is_one_of, negated


def is_product(connection: Connection, *products: Product) -> bool | Unknown:
    """Whether one of these mail providers is behind the direction; unknown where that is open.

    Only Exchange speaks Exchange Web Services, so over them it is none, whatever build is unread.
    """
    by_ews = is_one_of(connection.protocol, Protocol.EWS)
    return both(negated(by_ews), is_one_of(connection.product, *products))
