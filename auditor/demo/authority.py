"""A certificate authority of the simulated tenant's own, and the certificates it signs.

The certificates themselves are made by trustme. Tested in `tests/auditor/demo/test_authority.py`.
"""

import datetime as dt
import os
from collections.abc import Sequence
from pathlib import Path

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes

_LIFETIME = dt.timedelta(days=30)
_LOOPBACK = ("127.0.0.1", "::1")


class CertificateAuthority:
    """Signs certificates for loopback and keeps them as PEM files in a private directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._authority = trustme.CA(path_length=0, organization_name="Simulated tenant authority")
        self.bundle = directory / "authority.pem"
        write_private(self.bundle, self._authority.cert_pem.bytes())

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
        addresses = _LOOPBACK if "localhost" in names else ()
        now = dt.datetime.now(dt.UTC)
        issued = self._authority.issue_cert(
            *names,
            *addresses,
            common_name=names[0],
            # An hour back, for clocks that differ a little; further for one that has ended already.
            not_before=min(now - dt.timedelta(hours=1), now + ends_in - _LIFETIME),
            not_after=now + ends_in,
        )
        return self._keep(file_name, issued)

    def issue_client(self, file_name: str = "client.pem") -> Path:
        """Give the PEM file (certificate, then RSA key) that an application signs in with."""
        issued = self._authority.issue_cert(
            common_name="Audit application", key_type=trustme.KeyType.RSA
        )
        return self._keep(file_name, issued)

    def _keep(self, file_name: str, issued: trustme.LeafCert) -> Path:
        path = self.directory / file_name
        (certificate,) = issued.cert_chain_pems
        write_private(path, certificate.bytes() + issued.private_key_pem.bytes())
        return path


def digest_for_channel_binding(certificate_file: Path) -> bytes:
    """Give the hash that binds NTLM to this server's TLS (RFC 5929, tls-server-end-point)."""
    certificate = x509.load_pem_x509_certificate(certificate_file.read_bytes())
    return certificate.fingerprint(hashes.SHA256())


def write_private(path: Path, content: bytes) -> None:
    """Write a new file that only its owner can read."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
