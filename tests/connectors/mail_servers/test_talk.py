"""What a probe establishes of a mail server that it talks to, and what a hostile one costs."""

import datetime as dt
import resource
import socket
import ssl
import time

import pytest

from rules.email_systems import Protocol
from tests.connectors.mail_servers.one_group import serving_narrowed, serving_one_group
from tests.connectors.mail_servers.probing import QUICK, look
from tests.connectors.mail_servers.servers import HOST, context_of, pop3, serving


def test_implicit_tls_shows_version_certificate_and_capabilities(authority, certificate) -> None:
    heard: list[str] = []
    with serving(pop3(tls=context_of(certificate), heard=heard)) as port:
        row = look(port, ca_bundle=authority.bundle)
    assert (row.resolution, row.connected, row.encryption) == ("found", True, "implicit")
    assert (row.tls_version, row.accepted_by_dataverse, row.outside_fips) == (
        "TLSv1.3",
        True,
        False,
    )
    assert row.greeting == "+OK ready"
    assert row.schemes == ("basic", "ntlm")
    assert (row.name_matches, row.certificate_names) == (True, (HOST,))
    assert (row.trusted_publicly, row.trusted_by_configuration) == (False, True)
    assert row.public is False
    assert row.problem is None
    assert set(heard) <= {"CAPA", "QUIT"}


def test_starttls_is_taken_up_and_what_is_offered_after_it_counts(certificate) -> None:
    heard: list[str] = []
    with serving(pop3(starttls=context_of(certificate), heard=heard)) as port:
        row = look(port)
    assert row.encryption == "starttls"
    assert row.accepted_by_dataverse is True
    assert row.schemes == ("basic", "bearer")
    # At a port of its own, TLS from the first byte is tried before anything is read.
    commands = {each for each in heard if each.isprintable() and each.isascii()}
    assert commands == {"CAPA", "STLS", "tls CAPA", "tls QUIT"}


def test_a_server_without_tls_is_told_as_such() -> None:
    with serving(pop3()) as port:
        row = look(port)
    assert (row.encryption, row.tls_version, row.issuer) == ("none", None, None)


def test_a_publicly_trusted_certificate_is_told_apart_from_a_private_one(
    authority, certificate
) -> None:
    with serving(pop3(tls=context_of(certificate))) as port:
        row = look(port, public=authority.bundle)
    assert (row.trusted_publicly, row.trusted_by_configuration) == (True, False)


def test_a_chain_that_is_not_sent_whole_may_end_at_a_public_authority(authority) -> None:
    lonely = authority.issue(HOST, issuer_at="http://authority.example/ca.crt")
    with serving(pop3(tls=context_of(lonely))) as port:
        row = look(port)
        vouched = look(port, public=authority.bundle)
    assert row.trusted_publicly is None
    assert (row.code, row.name_matches, row.accepted_by_dataverse) == ("chain-broken", True, True)
    assert "between its own and an authority" in str(row.problem)
    assert (vouched.trusted_publicly, vouched.problem) == (True, None)


def test_expiry_and_wrong_names_are_seen(authority) -> None:
    past = authority.issue("other.contoso.example", lifetime=dt.timedelta(days=-3))
    with serving(pop3(tls=context_of(past))) as port:
        row = look(port, ca_bundle=authority.bundle)
    assert row.name_matches is False
    assert row.expires_at is not None
    assert dt.datetime.fromisoformat(row.expires_at) < dt.datetime.now(dt.UTC)
    assert row.trusted_by_configuration is False


OLD = {"oldest": ssl.TLSVersion.MINIMUM_SUPPORTED, "ciphers": "ALL:@SECLEVEL=0"}
NEW = {"newest": ssl.TLSVersion.TLSv1_2}


@pytest.mark.parametrize(
    ("limits", "version", "accepted", "outside"),
    [
        pytest.param({}, "TLSv1.3", True, False, id="today"),
        pytest.param(NEW, "TLSv1.2", True, False, id="1.2"),
        pytest.param(
            NEW | {"ciphers": "ECDHE-ECDSA-CHACHA20-POLY1305"},
            "TLSv1.2", False, True, id="ChaCha20 alone",
        ),
        pytest.param({"curve": "secp384r1"}, "TLSv1.3", True, False, id="P-384"),
        pytest.param(
            NEW | {"ciphers": "ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0"},
            "TLSv1.2", False, False, id="AES-CBC with SHA-1",
        ),
    ],
)  # fmt: skip
def test_dataverse_and_fips_lists_are_tried(
    certificate, limits, version, accepted, outside
) -> None:
    with serving(pop3(tls=context_of(certificate, **limits))) as port:
        row = look(port)
    assert row.tls_version == version
    assert (row.accepted_by_dataverse, row.outside_fips) == (accepted, outside)


def test_a_server_of_x25519_alone_is_outside_fips(certificate, tmp_path) -> None:
    with serving_one_group(certificate, "X25519", tmp_path) as port:
        row = look(port)
    assert row.tls_version == "TLSv1.3"
    assert (row.accepted_by_dataverse, row.outside_fips) == (True, True)


@pytest.mark.parametrize("other", ["TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256"])
def test_a_server_of_tls_1_3_that_prefers_chacha20_may_take_others(
    certificate, tmp_path, other
) -> None:
    suites = f"TLS_CHACHA20_POLY1305_SHA256:{other}"
    settings = f"Ciphersuites = {suites}"
    with serving_narrowed(certificate, settings, tmp_path, oldest="TLSv1_3") as port:
        row = look(port)
    assert (row.tls_version, row.cipher) == ("TLSv1.3", "TLS_CHACHA20_POLY1305_SHA256")
    assert row.accepted_by_dataverse is not False
    assert row.outside_fips is not True
    assert row.code == "suite-untried"
    assert "prefers a cipher suite of TLS 1.3" in str(row.problem)


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
def test_old_tls_is_seen_and_not_accepted(certificate) -> None:
    context = context_of(certificate, **OLD)
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    with serving(pop3(tls=context)) as port:
        row = look(port)
    assert (row.tls_version, row.accepted_by_dataverse) == ("TLSv1.1", False)
    assert row.outside_fips is True


def hang_up_on_who_speaks_first(connection: socket.socket) -> None:
    connection.settimeout(0.2)
    try:
        connection.recv(1)
    except TimeoutError:
        connection.settimeout(5)
        pop3()(connection)


def test_a_server_that_hangs_up_on_an_early_word_is_asked_in_clear() -> None:
    with serving(hang_up_on_who_speaks_first) as port:
        row = look(port)
    assert (row.encryption, row.understood, row.problem) == ("none", True, None)


def garbage(connection: socket.socket) -> None:
    connection.sendall(b"\x00\xff\x1b[31mSSH-2.0-OpenSSH\x07\r\n" * 10)


def silence(connection: socket.socket) -> None:
    while connection.recv(4096):
        pass


def flood(connection: socket.socket) -> None:
    block = b"+OK " + b"x" * 1_000_000
    while True:
        connection.sendall(block)


def lines_without_end(connection: socket.socket) -> None:
    connection.sendall(b"+OK hello\r\n+OK\r\n")
    while True:
        connection.sendall(b"CAPABILITY\r\n" * 100)


def drip(connection: socket.socket) -> None:
    connection.sendall(b"+OK")
    while True:
        connection.sendall(b" ")
        time.sleep(0.05)


@pytest.mark.parametrize("serve", [garbage, silence, flood, lines_without_end, drip])
@pytest.mark.parametrize("protocol", [Protocol.POP3, Protocol.SMTP])
def test_a_hostile_server_costs_bounded_time_and_memory(serve, protocol) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with serving(serve) as port:
        row = look(port, protocol, patience=QUICK)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000
    assert row.connected is True
    assert row.problem
    assert row.understood is not True or row.capabilities is None or row.encryption is None
    assert len(row.greeting or "") <= 512
    assert (row.greeting or "").isprintable()
