"""What a certificate says, however badly it is made.

What reads one takes a while to load, so that is left to the first that comes.
"""

import ipaddress
from typing import TYPE_CHECKING

from msgspec import Struct

from connectors.columnar.addresses import ascii_domain

if TYPE_CHECKING:
    from cryptography import x509

MOST_NAMES = 20
_MOST_CHARACTERS = 200


class Shown(Struct, frozen=True):
    """A server's certificate: names that it bears, issuer, end (UTC, ISO 8601), name match.

    `says_where_issuer_is`: it names an address from which its issuer's certificate can be fetched.
    """

    names: tuple[str, ...]
    issuer: str
    expires_at: str
    name_matches: bool
    says_where_issuer_is: bool = False


def shown(der: bytes, host: str) -> Shown | None:
    """The certificate, compared with the name it was asked for; None: it cannot be read."""
    from cryptography import x509

    try:
        certificate = x509.load_der_x509_certificate(der)
        names, addresses = _names(certificate)
        expires = certificate.not_valid_after_utc
        issuer = _issuer(certificate)
        says_where_issuer_is = _says_where_issuer_is(certificate)
    except (
        ValueError,
        TypeError,
        x509.InvalidVersion,
        x509.DuplicateExtension,
        x509.UnsupportedGeneralNameType,
    ):
        return None
    return Shown(
        names=tuple(name[:_MOST_CHARACTERS] for name in (*names, *addresses)[:MOST_NAMES]),
        issuer=issuer,
        expires_at=expires.strftime("%Y-%m-%dT%H:%M:%SZ"),
        name_matches=_bears(host, names, addresses),
        says_where_issuer_is=says_where_issuer_is,
    )


def matches(host: str, name: str) -> bool:
    """Whether a name of a certificate stands for the host; a `*` for its first label alone."""
    host, name = host.lower().rstrip("."), name.lower().rstrip(".")
    if not name.startswith("*."):
        return host == name
    first, dot, rest = host.partition(".")
    return bool(first and dot) and "." in name[2:] and rest == name[2:]


def _names(certificate: "x509.Certificate") -> tuple[list[str], list[str]]:
    from cryptography import x509

    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return [], []
    names = [_plain(name) for name in found.get_values_for_type(x509.DNSName)]
    addresses = [str(each) for each in found.get_values_for_type(x509.IPAddress)]
    return names, addresses


def _bears(host: str, names: list[str], addresses: list[str]) -> bool:
    try:
        return str(ipaddress.ip_address(host)) in addresses
    except ValueError:
        pass
    return any(matches(ascii_domain(host), name) for name in names)


def _says_where_issuer_is(certificate: "x509.Certificate") -> bool:
    from cryptography import x509
    from cryptography.x509.oid import AuthorityInformationAccessOID

    try:
        access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess)
    except x509.ExtensionNotFound:
        return False
    return any(
        each.access_method == AuthorityInformationAccessOID.CA_ISSUERS for each in access.value
    )


def _issuer(certificate: "x509.Certificate") -> str:
    """The organisation that issued it and the name it signs with, else the whole name."""
    from cryptography.x509.oid import NameOID

    found = []
    for oid in (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME):
        found += [str(each.value) for each in certificate.issuer.get_attributes_for_oid(oid)[:1]]
    text = ", ".join(dict.fromkeys(found)) or certificate.issuer.rfc4514_string()
    return _plain(text)[:_MOST_CHARACTERS] or "an authority without a name"


def _plain(text: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in text)
