"""The servers that email server profiles name, for the readers that ask them.

Which these are is for normalisation to say; readers are handed them.

Which these are is also tested in `tests/connectors/normalisation/test_endpoints.py`.
"""

from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from msgspec import Struct

from connectors.transport.guard.reachability import MOST_HOSTS
from rules.email_systems import Protocol

MOST_PORTS = 16
"""Ports of one host that are asked: whoever may write profiles could have all of them tried."""


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


def bounded(servers: Sequence[NamedServer]) -> list[NamedServer]:
    """Those of the servers that may be asked, in the order given.

    Every reader asks within these, so that the hosts of all together are no more than
    `MOST_HOSTS`. Those of active profiles come first, then hosts by name and ports by number.
    """
    ranked = sorted((not each.is_used, each.host, each.port) for each in servers)
    hosts = dict.fromkeys(host for _, host, _ in ranked)
    ports: dict[str, dict[int, None]] = {host: {} for host in islice(hosts, MOST_HOSTS)}
    for _, host, port in ranked:
        if len(ports.get(host, ())) < MOST_PORTS and host in ports:
            ports[host][port] = None
    return [each for each in servers if each.port in ports.get(each.host, ())]
