"""Mail servers on loopback that behave, or not, as a test asks."""

import contextlib
import datetime as dt
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

HOST = "mail.contoso.example"
Serve = Callable[[socket.socket], None]


class Authority:
    """A certificate authority of a test's own."""

    def __init__(self, directory: Path, name: str = "Test authority") -> None:
        self.directory = directory
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.bundle = directory / f"{name.replace(' ', '-')}.pem"
        certificate = self._built(self._name, self._key, dt.timedelta(days=30)).add_extension(
            x509.BasicConstraints(ca=True, path_length=None), critical=True
        )
        signed = certificate.sign(self._key, hashes.SHA256())
        self.bundle.write_bytes(signed.public_bytes(serialization.Encoding.PEM))

    def issue(
        self,
        *names: str,
        lifetime: dt.timedelta = dt.timedelta(days=10),
        curve=None,
        issuer_at: str | None = None,
    ) -> Path:
        """A PEM file with certificate and key for names or addresses.

        `issuer_at` is the address at which the certificate says that its issuer's is.
        """
        key = ec.generate_private_key(curve or ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "server")])
        built = self._built(subject, key, lifetime).add_extension(
            x509.SubjectAlternativeName([_name(each) for each in names]), False
        )
        if issuer_at is not None:
            built = built.add_extension(
                x509.AuthorityInformationAccess(
                    [
                        x509.AccessDescription(
                            AuthorityInformationAccessOID.CA_ISSUERS,
                            x509.UniformResourceIdentifier(issuer_at),
                        )
                    ]
                ),
                False,
            )
        signed = built.sign(self._key, hashes.SHA256())
        path = self.directory / f"{x509.random_serial_number()}.pem"
        path.write_bytes(
            signed.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        return path

    def _built(self, subject, key, lifetime) -> x509.CertificateBuilder:
        now = dt.datetime.now(dt.UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=60))
            .not_valid_after(now + lifetime)
        )


def _name(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def context_of(certificate: Path, **limits) -> ssl.SSLContext:
    """TLS of a server; `ciphers`, `newest`, `oldest` and `curve` narrow it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.minimum_version = limits.get("oldest", ssl.TLSVersion.TLSv1_2)
    if "newest" in limits:
        context.maximum_version = limits["newest"]
    if "ciphers" in limits:
        context.set_ciphers(limits["ciphers"])
    if "curve" in limits:
        context.set_ecdh_curve(limits["curve"])
    return context


@contextlib.contextmanager
def serving(serve: Serve) -> Iterator[int]:
    """The port on which each connection is handed to `serve`, in a thread of its own."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.05)
    ended = threading.Event()
    threads = []

    def one(connection: socket.socket) -> None:
        connection.settimeout(30)
        with contextlib.suppress(OSError, ValueError), connection:
            serve(connection)

    def run() -> None:
        while not ended.is_set():
            with contextlib.suppress(TimeoutError):
                connection, _ = listener.accept()
                thread = threading.Thread(target=one, args=(connection,), daemon=True)
                thread.start()
                threads.append(thread)

    acceptor = threading.Thread(target=run, daemon=True)
    acceptor.start()
    try:
        yield listener.getsockname()[1]
    finally:
        ended.set()
        acceptor.join()
        listener.close()


def pop3(
    tls: ssl.SSLContext | None = None,
    starttls: ssl.SSLContext | None = None,
    greeting: str = "+OK ready",
    heard: list[str] | None = None,
) -> Serve:
    """A small POP3 server; `heard` collects what it is told."""

    def serve(connection: socket.socket) -> None:
        if tls is not None:
            connection = tls.wrap_socket(connection, server_side=True)
        with connection:
            _pop3(connection, greeting, starttls, heard if heard is not None else [])

    return serve


def _pop3(connection, greeting: str, starttls, heard: list[str]) -> None:
    connection.sendall(f"{greeting}\r\n".encode())
    lines = connection.makefile("rb")
    for line in lines:
        said = line.decode("latin-1").strip()
        heard.append(said)
        if said == "CAPA":
            offer = "STLS\r\n" if starttls else ""
            connection.sendall(f"+OK\r\nUIDL\r\n{offer}SASL PLAIN NTLM\r\n.\r\n".encode())
        elif said == "STLS" and starttls:
            connection.sendall(b"+OK begin\r\n")
            secured = starttls.wrap_socket(connection, server_side=True)
            with secured:
                for inner in secured.makefile("rb"):
                    heard.append("tls " + inner.decode("latin-1").strip())
                    if inner.startswith(b"CAPA"):
                        secured.sendall(b"+OK\r\nUSER\r\nSASL XOAUTH2\r\n.\r\n")
                    else:
                        secured.sendall(b"+OK\r\n")
            return
        elif said == "QUIT":
            connection.sendall(b"+OK bye\r\n")
            return
        else:
            connection.sendall(b"-ERR\r\n")
