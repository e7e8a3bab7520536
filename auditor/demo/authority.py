"""A certificate authority of the simulated tenant's own, and the certificates it signs."""

import datetime as dt
import ipaddress
import os
from collections.abc import Sequence
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
_LIFETIME = dt.timedelta(days=30)
_LOOPBACK = ("127.0.0.1", "::1")


class CertificateAuthority:
    """Signs certificates for loopback and keeps them as PEM files in a private directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._key = ec.generate_private_key(ec.SECP256R1())
        name = _name("Simulated tenant authority")
        self._certificate = (
            _builder(name, name, self._key)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_key_usage(signs_certificates=True), critical=True)
            .sign(self._key, hashes.SHA256())
        )
        self.bundle = directory / "authority.pem"
        write_private(self.bundle, _pem(self._certificate))

    def issue_server(
        self,
        file_name: str = "server.pem",
        *,
        names: Sequence[str] = ("localhost",),
        ends_in: dt.timedelta = _LIFETIME,
    ) -> Path:
        """Give the PEM file (certificate, then key) of a server of these names.

        One of `localhost` bears the addresses 127.0.0.1 and ::1 too. `ends_in` may be negative.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        bearing: list[x509.GeneralName] = [x509.DNSName(name) for name in names]
        if "localhost" in names:
            bearing += [x509.IPAddress(ipaddress.ip_address(each)) for each in _LOOPBACK]
        certificate = (
            _builder(_name(names[0]), self._certificate.subject, key, ends_in)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName(bearing), critical=False)
            .add_extension(_key_usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()),
                critical=False,
            )
            .sign(self._key, hashes.SHA256())
        )
        return self._keep(file_name, certificate, key)

    def issue_client(self, file_name: str = "client.pem") -> Path:
        """Give the PEM file (certificate, then RSA key) that an application signs in with."""
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        certificate = (
            _builder(_name("Audit application"), self._certificate.subject, key)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .sign(self._key, hashes.SHA256())
        )
        return self._keep(file_name, certificate, key)

    def _keep(self, file_name: str, certificate: x509.Certificate, key: _PrivateKey) -> Path:
        path = self.directory / file_name
        secret = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        write_private(path, _pem(certificate) + secret)
        return path


def digest_for_channel_binding(certificate_file: Path) -> bytes:
    """Give the hash that binds NTLM to this server's TLS (RFC 5929, tls-server-end-point)."""
    certificate = x509.load_pem_x509_certificate(certificate_file.read_bytes())
    return certificate.fingerprint(hashes.SHA256())


def write_private(path: Path, content: bytes) -> None:
    """Write a new file that only its owner can read."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: _PrivateKey,
    ends_in: dt.timedelta = _LIFETIME,
) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    # An hour back, for clocks that differ a little; further for one that has ended already.
    begins = min(now - dt.timedelta(hours=1), now + ends_in - _LIFETIME)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(now + ends_in)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
