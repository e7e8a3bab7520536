"""What TLS a server negotiates: its best, whether Dataverse's list suffices, its certificate."""

import ssl
import tomllib
from collections.abc import Callable
from functools import cache
from importlib import resources
from pathlib import Path

import certifi
from msgspec import Struct

from connectors.mail_servers.conversation import Broken, Conversation

Door = Callable[[], Conversation]
"""A new conversation with the server, at the point where TLS begins. Raises `Broken`."""

_OLDEST = ssl.TLSVersion.MINIMUM_SUPPORTED
_LEGACY_SERVER_CONNECT = 0x4
# What a handshake ends with where the two sides share no version, suite or curve.
_NOTHING_SHARED = (
    "HANDSHAKE_FAILURE",
    "PROTOCOL_VERSION",
    "UNSUPPORTED_PROTOCOL",
    "NO_PROTOCOLS_AVAILABLE",
    "INSUFFICIENT_SECURITY",
    "ILLEGAL_PARAMETER",
    "WRONG_SSL_VERSION",
    "NO_SHARED_CIPHER",
    "WRONG_CIPHER_RETURNED",
    "UNKNOWN_CIPHER_RETURNED",
    "WRONG_CURVE",
    "BAD_KEY_SHARE",
)


_ISSUER_UNTOLD = frozenset({20, 21})
"""OpenSSL's codes where the issuer of a certificate was neither sent nor is at hand."""


class ChainBroken(Exception):
    """The server sends no chain up to an authority, public or not."""


class Suites(Struct, frozen=True):
    """TLS that is asked for: suites of TLS 1.3, suites of TLS 1.2 in OpenSSL's words."""

    newest: frozenset[str]
    older: str


class Lists(Struct, frozen=True):
    """What Dataverse offers, and what FIPS 140-2 approves, with its curves."""

    dataverse: Suites
    fips: Suites
    curves: tuple[str, ...]


@cache
def lists() -> Lists:
    """The lists on file."""
    text = resources.files(__package__).joinpath("dataverse_tls.toml").read_text("utf-8")
    table = tomllib.loads(text)
    fips = table["fips"]
    return Lists(
        dataverse=Suites(frozenset(table["tls_1_3"]), ":".join(table["tls_1_2"])),
        fips=Suites(frozenset(fips["tls_1_3"]), fips["tls_1_2"]),
        curves=tuple(fips["curves"]),
    )


class Offered(Struct, frozen=True):
    """What a server negotiates. None: it could not be established.

    `outside_fips`: nothing that FIPS 140-2 approves was accepted.
    """

    accepted_by_dataverse: bool | None
    outside_fips: bool | None


class Trust:
    """Whom certificates are compared with: the public authorities, and those of the bundle.

    Raises `OSError` or `ssl.SSLError` where the bundle cannot be used.
    """

    def __init__(self, ca_bundle: Path | None = None, public: str | None = None) -> None:
        self.anything = _permissive()
        self._public = _demanding(public or certifi.where())
        self._own = None if ca_bundle is None else _demanding(str(ca_bundle))

    def publicly(self, door: Door, host: str, *, says_where_issuer_is: bool = False) -> bool | None:
        """Whether the chain ends at a publicly trusted authority.

        Raises `ChainBroken` where the server did not send the issuer of a certificate that says
        where to fetch it: clients that do so, such as those of Windows, may find such an authority.
        """
        return _is_trusted(self._public, door, host, may_be_fetched=says_where_issuer_is)

    def by_configuration(self, door: Door, host: str) -> bool | None:
        """Whether the chain ends at an authority of the configuration's bundle."""
        return False if self._own is None else _is_trusted(self._own, door, host)


def offered(door: Door, host: str, best: str) -> Offered:
    """What the server accepts of the two lists. `best` is the highest version it negotiates."""
    if best not in ("TLSv1.2", "TLSv1.3"):
        return Offered(accepted_by_dataverse=False, outside_fips=True)
    both, curves = lists(), lists().curves
    if accepts(door, host, both.dataverse, curves[0]):
        return Offered(accepted_by_dataverse=True, outside_fips=False)
    approved: list[bool | None] = []
    for curve in curves:
        approved.append(accepts(door, host, both.fips, curve))
        if approved[-1]:
            break
    return Offered(
        accepted_by_dataverse=accepts(door, host, both.dataverse),
        outside_fips=False if True in approved else (None if None in approved else True),
    )


def accepts(door: Door, host: str, suites: Suites, curve: str | None = None) -> bool | None:
    """Whether the server completes a handshake of these suites, over this curve alone if given.

    None: the network, or the server's own liking for another suite, left it open.
    """
    is_open = False
    for version in (ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_2):
        try:
            context = _listed(suites.older, curve, version)
        except (ssl.SSLError, ValueError):
            return None
        try:
            with door() as server:
                cipher = server.encrypt(context, host).cipher()
        except ssl.SSLError as error:
            # A server of TLS 1.3 alone refuses TLS 1.2, which says nothing of its other suites.
            return False if _is_definite(error) and not is_open else None
        except Broken:
            return None
        if cipher is not None and (cipher[1] != "TLSv1.3" or cipher[0] in suites.newest):
            return True
        # Suites of TLS 1.3 cannot be left out of the offer, so only TLS 1.2 can decide now.
        is_open = True
    return None


def is_no_tls(error: ssl.SSLError) -> bool:
    """Whether what came was no TLS at all."""
    words = f"{error.reason or ''} {error}".upper().replace(" ", "_")
    return any(each in words for each in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "PACKET_LENGTH"))


def _is_definite(error: ssl.SSLError) -> bool:
    words = f"{error.reason or ''} {error}".upper().replace(" ", "_")
    return any(each in words for each in _NOTHING_SHARED)


def _is_trusted(
    context: ssl.SSLContext, door: Door, host: str, *, may_be_fetched: bool = False
) -> bool | None:
    try:
        with door() as server:
            server.encrypt(context, host)
    except ssl.SSLCertVerificationError as error:
        if may_be_fetched and error.verify_code in _ISSUER_UNTOLD:
            raise ChainBroken from error
        return False
    except (ssl.SSLError, Broken):
        return None
    return True


def _permissive() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = _OLDEST
    context.options |= _LEGACY_SERVER_CONNECT
    # Old suites must be seen to be told of; no secret ever goes over such a connection.
    context.set_ciphers("ALL:@SECLEVEL=0")
    return context


def _demanding(authorities: str) -> ssl.SSLContext:
    context = _permissive()
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(authorities)
    return context


def _listed(older: str, curve: str | None, newest: ssl.TLSVersion) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.maximum_version = newest
    context.set_ciphers(f"{older}:@SECLEVEL=0")
    if curve is not None:
        context.set_ecdh_curve(curve)
    return context
