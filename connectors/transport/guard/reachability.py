"""Which servers may be asked that records name: such addresses are hostile input.

Whoever may edit a profile could otherwise aim the auditor at machines that only it can reach. A
name is resolved once; what it led to is judged, and only that is connected to. No credential is
decided on here.
"""

import contextlib
import ipaddress
import socket
from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from connectors.transport.errors import SourceFailed
from connectors.transport.own_limits import own_limit_failure

NOT_THERE = {
    getattr(socket, name) for name in ("EAI_NONAME", "EAI_NODATA") if hasattr(socket, name)
}
"""How the system's resolver says that a name does not exist."""

MOST_HOSTS = 200
"""Hosts that are asked in one audit, however many the records name."""

MAIL_PORTS = frozenset({25, 110, 143, 443, 465, 587, 993, 995})
"""Ports of mail and of Exchange Web Services; a profile's own port is asked beside them."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Lookup = Callable[[str], Iterable[str]]
"""The addresses of a host name as text. Raises OSError where there is none."""

# Where cloud machines read secrets about themselves: Azure, Alibaba, Oracle; over IPv6 Amazon (and
# for pods), Google, Scaleway. The usual 169.254.169.254 is link-local.
_METADATA = frozenset(
    ipaddress.ip_address(text)
    for text in (
        "168.63.129.16", "100.100.100.200", "192.0.0.192",
        "fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254", "fd00:42::42",
    )
)  # fmt: skip
# IANA's registries of special-purpose addresses for IPv4 and IPv6, and of multicast addresses; read
# 2026-11-29. Deprecated ranges stay: nothing that is reachable from the internet lies there.
_NOT_PUBLIC = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
        "::/128", "::1/128", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b:1::/48", "100::/64",
        "100:0:0:1::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16",
        "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
    )
)  # fmt: skip
_EMBEDDING = tuple(ipaddress.ip_network(text) for text in ("64:ff9b::/96", "::/96"))
_CONFIGURE = (
    "Correct the server location in the profile. Where the address is right, set `private = true` "
    "in the section `mail_servers`, or name the host in the configuration."
)


class Reached(Struct, frozen=True):
    """A host with the addresses that may be connected to, in the order to try them.

    `public` tells whether the first of them is a public one.
    """

    host: str
    port: int
    addresses: tuple[str, ...]
    public: bool


class Reachability(Struct, frozen=True):
    """What addresses of records may lead to.

    `loopback`: the environment itself is on loopback. `private`: addresses of private networks
    may be asked, on premises or because the configuration says so.
    """

    loopback: bool = False
    private: bool = False

    def resolve(
        self,
        host: str,
        port: int,
        *,
        trusted: bool = False,
        lookup: Lookup | None = None,
        own_ports: Iterable[int] = (),
    ) -> Reached:
        """The host's addresses that may be connected to, its name resolved this once.

        `trusted`: the configuration names the host itself, so only what is no host at all is
        refused. `own_ports` are ports that a profile names. Raises `SourceFailed` with code
        `port-not-allowed`, `name-not-resolved`, `names-unanswered` or `address-not-allowed`.
        """
        place = f"{host}:{port}"
        allowed = trusted or port in MAIL_PORTS or port in frozenset(own_ports)
        if not (allowed and 0 < port < 65536):
            raise SourceFailed(
                f"{place}: the port is none of mail or Exchange, so nothing was sent",
                "Correct the port in the profile.",
                "port-not-allowed",
                url=place,
            )
        found = _resolved(host, place, lookup or system_lookup)
        refusals = [(address, self._refusal(address, trusted)) for address in found]
        kept = [address for address, refusal in refusals if refusal is None]
        if not kept:
            address, refusal = refusals[0]
            raise SourceFailed(
                f"{place}: leads to {address}, {refusal}, so nothing was sent",
                _CONFIGURE,
                "address-not-allowed",
                url=place,
            )
        return Reached(host, port, tuple(str(address) for address in kept), is_public(kept[0]))

    def _refusal(self, address: Address, trusted: bool) -> str | None:
        """Why the address must not be connected to; None: it may be."""
        meant = _meant(address)
        if any(each in _METADATA or each.is_link_local for each in (meant, *_carried(address))):
            return "a link-local or metadata address"
        if meant.is_unspecified or meant.is_multicast or _is_nowhere(meant):
            return "which is no host's address"
        if trusted or _is_public(meant):
            return None
        if meant.is_loopback:
            return None if self.loopback else "an address of this computer itself"
        return None if self.private else "an address of a private network"


def may_pass(error: socket.gaierror) -> bool:
    """Whether it is a failure of the resolver that shows nothing of the name."""
    return error.errno not in NOT_THERE


def is_public(address: Address) -> bool:
    """Whether the address is reachable from the internet, whatever it is embedded in."""
    return _is_public(_meant(address))


def _is_public(address: Address) -> bool:
    """By a list of its own: what Python takes for public differs from one version to the next."""
    return not any(
        address in network for network in _NOT_PUBLIC if network.version == address.version
    )


def is_address(host: str) -> bool:
    """Whether a host is an address, and no name."""
    return _address_of(host) is not None


def is_internal_address(host: str) -> bool:
    """Whether a host is an address of a network that the internet cannot reach.

    One of this computer itself is none, for what is on it may reach it.
    """
    address = _address_of(host)
    return address is not None and not (is_public(address) or _meant(address).is_loopback)


def _address_of(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return None


def is_loopback_host(host: str) -> bool:
    """Whether a host, as an address of the configuration names it, is this computer itself."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower().rstrip(".") == "localhost"


def system_lookup(host: str) -> Sequence[str]:
    """The addresses that the system's resolver gives. Raises OSError."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (ValueError, UnicodeError) as error:
        raise OSError(f"{host!r} is no host name") from error
    return [str(address[4][0]) for address in found]


def _resolved(host: str, place: str, lookup: Lookup) -> list[Address]:
    texts: Iterable[str] = ()
    try:
        texts = [str(ipaddress.ip_address(host))]
    except ValueError:
        try:
            texts = lookup(host)
        except OSError as error:
            if (own := own_limit_failure(error, place)) is not None:
                raise own from error
            if isinstance(error, socket.gaierror) and may_pass(error):
                raise SourceFailed(
                    f"{place}: the host's name could not be looked up: {error.strerror}",
                    "Check this computer's name servers, and run again.",
                    "names-unanswered",
                    url=place,
                ) from error
            texts = ()
    found: dict[Address, None] = {}
    for text in texts:
        # What is no address leads nowhere.
        with contextlib.suppress(ValueError):
            found[ipaddress.ip_address(text.partition("%")[0])] = None
    if not found:
        raise SourceFailed(
            f"{place}: the host's name could not be resolved",
            "Check the server location in the profile and this computer's DNS.",
            "name-not-resolved",
            url=place,
        )
    return list(found)


def _meant(address: Address) -> Address:
    """The IPv4 address inside one of IPv6, where it holds one."""
    if not isinstance(address, ipaddress.IPv6Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    inner = int(address) & 0xFFFF_FFFF
    # ::1 and :: are addresses of their own.
    if inner > 1 and any(address in network for network in _EMBEDDING):
        return ipaddress.IPv4Address(inner)
    return address


def _carried(address: Address) -> tuple[Address, ...]:
    """The IPv4 addresses that one of a private translator or tunnel may lead to.

    A translator's own prefix decides where in it the IPv4 address stands (RFC 6052, 2.2); one of
    ISATAP (RFC 5214, 6.1) has it at the end.
    """
    if address.version != 6:
        return ()
    octets = address.packed
    if octets[8:12] in _ISATAP:
        return (ipaddress.IPv4Address(octets[12:]),)
    if not any(address in network for network in _TRANSLATING):
        return ()
    found = (octets[6:8] + octets[9:11], octets[7:8] + octets[9:12], octets[9:13], octets[12:])
    return tuple(map(ipaddress.IPv4Address, found))


def _is_nowhere(address: Address) -> bool:
    return any(address in network for network in _NOWHERE if network.version == address.version)


_TRANSLATING = tuple(ipaddress.ip_network(text) for text in ("64:ff9b:1::/48", "::ffff:0:0:0/96"))
_ISATAP = (b"\0\0\x5e\xfe", b"\x02\0\x5e\xfe")
_NOWHERE = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8", "240.0.0.0/4",
        # Teredo: a tunnel to an IPv4 address that stands in it in disguise.
        "2001::/32",
    )
)  # fmt: skip
