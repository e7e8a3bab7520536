"""Certificates of the simulated tenant: for its names alone, as long as asked, and private."""

import datetime as dt
import socket
import ssl
import stat
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from auditor.demo.authority import CertificateAuthority
from tests.connectors.loopback import Seen, serving

DAY = dt.timedelta(days=1)


@pytest.fixture
def authority(tmp_path: Path) -> CertificateAuthority:
    return CertificateAuthority(tmp_path)


def certificate(file: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(file.read_bytes())


def bears(file: Path) -> list[str]:
    names = certificate(file).extensions.get_extension_for_class(x509.SubjectAlternativeName)
    return [str(each.value) for each in names.value]


def test_a_server_of_this_machine_bears_its_addresses_too(authority):
    assert bears(authority.issue_server()) == ["localhost", "127.0.0.1", "::1"]
    other = authority.issue_server("mail.pem", names=("mail.contoso.example",))
    assert bears(other) == ["mail.contoso.example"]


@pytest.mark.parametrize("ends_in", [10 * DAY, -2 * DAY])
def test_a_certificate_ends_when_asked_and_begins_before(authority, ends_in):
    issued = certificate(authority.issue_server(ends_in=ends_in))
    left = issued.not_valid_after_utc - dt.datetime.now(dt.UTC)
    assert ends_in - DAY < left <= ends_in
    assert issued.not_valid_before_utc < issued.not_valid_after_utc


def test_an_application_signs_in_with_an_rsa_key(authority):
    content = authority.issue_client().read_bytes()
    assert isinstance(load_pem_private_key(content, None), rsa.RSAPrivateKey)


def test_a_strict_client_trusts_what_the_authority_signed(authority):
    context = ssl.create_default_context(cafile=str(authority.bundle))
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    file = authority.issue_server()

    def answer(handler, seen: Seen) -> None:
        raise AssertionError("nothing is asked")

    with serving(answer, file) as server:
        port = int(server.url.rpartition(":")[2])
        with (
            socket.create_connection(("127.0.0.1", port)) as plain,
            context.wrap_socket(plain, server_hostname="127.0.0.1") as encrypted,
        ):
            assert encrypted.getpeercert()


def test_files_are_for_their_owner_alone(authority):
    for file in (authority.bundle, authority.issue_server(), authority.issue_client()):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
