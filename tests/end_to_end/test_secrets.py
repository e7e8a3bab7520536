"""No secret leaves the program, wherever it lies and whoever repeats it: secrets that can be told
apart from all else are planted everywhere, and everything that commands leave is searched."""

import uuid
from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import quote, quote_plus

import keyring
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from auditor.demo.contoso import DECLARED, contoso
from auditor.demo.ews import ExchangeServer
from auditor.demo.faults import Fault
from auditor.demo.server import SimulatedTenant
from auditor.demo.serving import configuration_of
from auditor.judging import judge_all
from auditor.reports import formats
from auditor.snapshots import frames
from tests.end_to_end.conftest import call

_FRAGMENT = 16
"""So much of a secret is as bad as all of it."""


class Planted:
    """Every secret of a test, and what was left by the commands that had them."""

    def __init__(self) -> None:
        self.secrets: set[str] = set()

    def __call__(self, kind: str) -> str:
        """A secret with characters that addresses, forms, JSON and HTML write in another way."""
        made = f"{kind}~{uuid.uuid4().hex}/+&é"
        self.secrets.add(made)
        return made

    def found_in(self, content: bytes) -> set[str]:
        """The secrets that the content holds, or so much of one."""
        return {secret for secret in self.secrets if any(map(content.__contains__, _parts(secret)))}


@cache
def _parts(secret: str) -> set[bytes]:
    """The beginning, the middle and the end of every form of a secret."""
    plain = secret.encode()
    found = set()
    for form in (plain, quote(secret).encode(), quote_plus(secret).encode(), b64encode(plain)):
        # Before its first dot a token tells its kind, and is the same for all.
        own = form.partition(b".")[2] or form
        for at in (0, len(own) // 2 - _FRAGMENT // 2, len(own) - _FRAGMENT):
            found.add(own[at : at + _FRAGMENT])
    return found


def _unpacked(snapshot: Path) -> Iterator[bytes]:
    size_bytes, offset = snapshot.stat().st_size, frames.PREAMBLE_BYTES
    with snapshot.open("rb") as file:
        while offset < size_bytes - frames.END.size:
            frame = frames.read_frame(file, size_bytes, offset)
            offset = frame.end
            yield frame.content


@pytest.fixture(scope="module")
def servers() -> dict[str, ExchangeServer]:
    return {"ex2019.contoso.example": ExchangeServer("15.2.1544.4", ("Basic realm=x",))}


@pytest.fixture(scope="module")
def tenant(servers: dict[str, ExchangeServer]) -> Iterator[SimulatedTenant]:
    with SimulatedTenant(contoso(0), exchange_servers=servers) as found:
        yield found


def assert_nothing_in(path: Path, said: list[tuple[str, bytes]], planted: Planted) -> None:
    left = [each for each in path.rglob("*") if each.is_file()]
    said = [*said, *((each.name, each.read_bytes()) for each in left)]
    snapshots = [each for each in left if each.suffix == ".snapshot"]
    said += [("the snapshot's frames", part) for each in snapshots for part in _unpacked(each)]
    assert {where: found for where, content in said if (found := planted.found_in(content))} == {}


def protected_key(tenant: SimulatedTenant, path: Path, passphrase: str) -> None:
    """The application's certificate, whose key opens by the passphrase alone."""
    whole = tenant.client_certificate.read_bytes()
    key = serialization.load_pem_private_key(whole, None)
    locked = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(passphrase.encode()),
    )
    certificate = x509.load_pem_x509_certificate(whole)
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + locked)
    path.chmod(0o600)


@pytest.mark.parametrize("fault", ["credentials-in-refusal", "credentials-repeated"])
def test_no_certificate_keyring_or_password_is_told(
    tenant: SimulatedTenant,
    servers: dict[str, ExchangeServer],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    fault: str,
) -> None:
    """A certificate whose passphrase is in the keyring, and a password that leaves as it is."""
    planted = Planted()
    passphrase = planted("passphrase")
    config, outputs = tmp_path / "auditor.toml", tmp_path / "outputs"
    protected_key(tenant, tmp_path / "own.pem", passphrase)
    planted.secrets |= set((tmp_path / "own.pem").read_text("utf-8").splitlines()[-8:-2])
    account = f"{tenant.username}:{tenant.password}"
    planted.secrets |= {tenant.password, b64encode(account.encode()).decode()}
    monkeypatch.setattr(keyring, "get_password", lambda service, name: passphrase)
    text = configuration_of(tenant, DECLARED, exchange_method="basic")
    text = text.replace(
        'method = "client-secret"',
        f'method = "certificate"\ncertificate = "file:{tmp_path}/own.pem"\n'
        'certificate_password = "keyring:auditor/contoso"',
    ).replace(f'client_secret = "file:{tenant.secret_file}"\n', "")
    config.write_text(text, "utf-8")
    outputs.mkdir()
    tenant.faults.clear()
    tenant.faults.add(Fault("spoiled", "/EWS/*", how=fault))
    tenant.faults.add(Fault("spoiled", "/v1.0/*", how=fault))
    tenant.faults.add(Fault("spoiled", "/adminapi/*", how=fault))
    reports = [f"--report={name}={outputs}/audit.{name}" for name in formats()]
    said = []
    options = (*reports, "--snapshot", outputs / "audit.snapshot", "--verbose")
    for command in (("run", *options), ("doctor",)):
        ended = call(*command, "--config", config)
        assert ended.code in (1, 3, 4), ended.err
        said.append((str(command[0]), (ended.out + ended.err).encode()))
    planted.secrets |= set(tenant.state.tokens.issued)
    assert tenant.state.tokens.issued
    assert {proof for server in servers.values() for proof in server.proofs} == {"Basic"}
    assert_nothing_in(outputs, said, planted)


def test_a_defect_whose_words_quote_a_secret_leaves_none(
    tenant: SimulatedTenant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted = Planted()
    planted.secrets |= {tenant.client_secret}
    config = tmp_path / "auditor.toml"
    config.write_text(configuration_of(tenant, DECLARED), "utf-8")

    def broken(*_: object) -> None:
        try:
            raise ValueError(tenant.client_secret)
        except ValueError as error:
            raise LookupError(f"no place for {tenant.client_secret}") from error

    monkeypatch.setattr(judge_all, "_judge_mailboxes", broken)
    ended = call("run", "--config", config)
    assert ended.code == 70
    crashes = list((tmp_path / "state").rglob("auditor-crash-*"))
    assert crashes
    assert "LookupError" in crashes[0].read_text("utf-8")
    told = [
        ("the crash report", crashes[0].read_bytes()),
        ("run", (ended.out + ended.err).encode()),
    ]
    assert_nothing_in(tmp_path / "state", told, planted)


def test_nothing_that_any_command_leaves_holds_a_secret(
    tenant: SimulatedTenant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted = Planted()
    planted.secrets |= {tenant.client_secret, tenant.password}
    monkeypatch.setenv("THE_SECRET", tenant.client_secret)
    monkeypatch.setenv(
        "THE_RECEIVER", f"json://user:{quote(planted('receiver'), safe='')}@[::1]:9/"
    )
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:{quote(planted('proxy'), safe='')}@proxy:8080")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    text = configuration_of(tenant, DECLARED)
    text = text.replace(f"file:{tenant.secret_file}", "env:THE_SECRET")
    text += '\n[notify]\nurls = ["env:THE_RECEIVER"]\non = "always"\n'
    config = tmp_path / "auditor.toml"
    config.write_text(text, "utf-8")
    tenant.faults.add(Fault("spoiled", how="credentials-repeated"))
    reports = [f"--report={name}={tmp_path}/audit.{name}" for name in formats()]
    snapshot = tmp_path / "audit.snapshot"
    commands: list[tuple[str | Path, ...]] = [
        ("run", *reports, "--snapshot", snapshot, "--verbose", "--config", config),
        ("run", "--report", "json", "--redact", "--config", config),
        ("doctor", "--config", config),
        ("environments", "--config", config),
        ("why", "Max Stale", "--config", config),
        ("plan", "--config", config),
        ("history", "list", "--config", config),
        ("replay", snapshot, "--report", "jsonl"),
        ("report", tmp_path / "audit.json", "--report", "html"),
        ("diff", tmp_path / "audit.json", snapshot),
    ]
    said = []
    for command in commands:
        ended = call(*command)
        assert ended.code in range(5), (command, ended.err)
        said.append((str(command[0]), (ended.out + ended.err).encode()))
    planted.secrets |= set(tenant.state.tokens.issued)
    left = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.suffix for path in left} >= {".json", ".html", ".snapshot", ".db"}
    assert_nothing_in(tmp_path, said, planted)
