"""The servers that email server profiles name, for the readers that ask them.

Which these are is for normalisation to say; readers are handed them.

Tested in `tests/connectors/normalisation/test_endpoints.py`.
"""

from typing import NamedTuple

from msgspec import Struct

from rules.email_systems import Protocol


class NamedServer(NamedTuple):
    """A lower-case host and port that one direction of a profile leads to, and what it speaks.

    `is_used`: the profile is active.
    """

    host: str
    port: int
    protocol: Protocol
    is_used: bool = True


class NamedServers(Struct, frozen=True):
    """The servers of all profiles, in the order of the profiles' ids, repeats included.

    `on_premises`: the organisation is certain to be on premises, so they may stand in private
    networks.
    """

    servers: tuple[NamedServer, ...] = ()
    on_premises: bool = False
