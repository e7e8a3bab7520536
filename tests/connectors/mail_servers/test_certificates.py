"""What a certificate says: its names, issuer and end, cut to bounds; and which hosts it is for."""

import datetime
import ipaddress
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import AuthorityInformationAccessOID as Access
from cryptography.x509.oid import NameOID

from connectors.mail_servers.certificates import MOST_NAMES, Shown, matches, shown

KEY = ec.generate_private_key(ec.SECP256R1())
COMMON, ORGANIZATION = NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME


def made(
    names: list[str] | None = None,
    addresses: list[str] = [],  # noqa: B006
    issuer: list[tuple[Any, str]] = [(COMMON, "Authority")],  # noqa: B006
    access: Any = None,
) -> bytes:
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(x509.Name([x509.NameAttribute(oid, text) for oid, text in issuer]))
        .public_key(KEY.public_key())
        .serial_number(7)
        .not_valid_before(datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC))
        .not_valid_after(datetime.datetime(2027, 1, 2, 3, 4, 5, tzinfo=datetime.UTC))
    )
    if names is not None:
        general: list[x509.GeneralName] = [x509.DNSName(each) for each in names]
        general += [x509.IPAddress(ipaddress.ip_address(each)) for each in addresses]
        builder = builder.add_extension(x509.SubjectAlternativeName(general), critical=False)
    if access is not None:
        place = x509.UniformResourceIdentifier("http://authority.example/it.crt")
        described = x509.AuthorityInformationAccess([x509.AccessDescription(access, place)])
        builder = builder.add_extension(described, critical=False)
    return builder.sign(KEY, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def found(der: bytes, host: str = "mail.contoso.example") -> Shown:
    certificate = shown(der, host)
    assert certificate is not None
    return certificate


def test_a_certificate_is_shown() -> None:
    assert found(made(["mail.contoso.example"], ["192.0.2.1"])) == Shown(
        names=("mail.contoso.example", "192.0.2.1"),
        issuer="Authority",
        expires_at="2027-01-02T03:04:05Z",
        name_matches=True,
        says_where_issuer_is=False,
    )


OTHER_VERSION = made().replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x03", 1)


@pytest.mark.parametrize("der", [b"", b"no certificate", made()[:-20], OTHER_VERSION])
def test_what_cannot_be_read_is_none(der: bytes) -> None:
    assert shown(der, "mail.contoso.example") is None


def test_a_certificate_without_names_is_for_no_host() -> None:
    certificate = found(made())
    assert (certificate.names, certificate.name_matches) == ((), False)


@pytest.mark.parametrize(
    ("host", "is_for"),
    [
        ("192.0.2.1", True),
        ("192.0.2.2", False),
        ("MAIL.contoso.example", True),
        ("other.contoso.example", False),
    ],
)
def test_a_host_is_compared_with_names_and_an_address_with_addresses(
    host: str, is_for: bool
) -> None:
    der = made(["mail.contoso.example", "192.0.2.2"], ["192.0.2.1"])
    assert found(der, host).name_matches is is_for


@pytest.mark.parametrize("count", [MOST_NAMES, MOST_NAMES + 1])
def test_so_many_names_are_shown_and_each_so_long(count: int) -> None:
    names = [f"{'x' * 50}.{'y' * 50}.{'z' * 50}.{'w' * 45}.{at:03}" for at in range(count)]
    certificate = found(made(names))
    assert len(certificate.names) == MOST_NAMES
    assert {len(each) for each in certificate.names} == {200}
    assert found(made([names[0][:200]])).names == (names[0][:200],)


@pytest.mark.parametrize(
    ("issuer", "said"),
    [
        ([(ORGANIZATION, "Contoso"), (COMMON, "Root")], "Contoso, Root"),
        ([(COMMON, "Root"), (ORGANIZATION, "Contoso")], "Contoso, Root"),
        ([(ORGANIZATION, "Same"), (COMMON, "Same")], "Same"),
        ([(COMMON, "One"), (COMMON, "Two")], "One"),
        ([(NameOID.ORGANIZATIONAL_UNIT_NAME, "Unit")], "OU=Unit"),
        ([(COMMON, "a\x1bb")], "a?b"),
        ([], "an authority without a name"),
    ],
)
def test_the_issuer_is_its_organisation_and_name(issuer: list[tuple[Any, str]], said: str) -> None:
    assert found(made(issuer=issuer)).issuer == said


def test_a_long_issuer_is_cut() -> None:
    units = [(NameOID.ORGANIZATIONAL_UNIT_NAME, "u" * 60)] * 5
    assert len(found(made(issuer=units)).issuer) == 200


@pytest.mark.parametrize(
    ("access", "says"), [(Access.CA_ISSUERS, True), (Access.OCSP, False), (None, False)]
)
def test_whether_it_names_where_its_issuer_is(access: Any, says: bool) -> None:
    assert found(made(access=access)).says_where_issuer_is is says


@pytest.mark.parametrize(
    ("host", "name", "is_for"),
    [
        ("mail.contoso.example", "mail.contoso.example", True),
        ("mail.contoso.example.", "MAIL.contoso.example", True),
        ("mail.contoso.example", "contoso.example", False),
        ("mail.contoso.example", "*.contoso.example", True),
        ("a.mail.contoso.example", "*.contoso.example", False),
        ("contoso.example", "*.contoso.example", False),
        ("contoso.example", "*.example", False),
        (".contoso.example", "*.contoso.example", False),
        ("mail", "*.", False),
        ("mail.contoso.example", "m*.contoso.example", False),
    ],
)
def test_a_star_stands_for_the_first_label_alone(host: str, name: str, is_for: bool) -> None:
    assert matches(host, name) is is_for
