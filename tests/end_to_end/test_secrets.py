"""No secret leaves the program, wherever it lies and whoever repeats it: secrets that can be told
apart from all else are planted everywhere, and everything that commands leave is searched."""

import uuid
from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from auditor.demo.contoso import DECLARED, contoso
from auditor.demo.faults import Fault
from auditor.demo.server import SimulatedTenant
from auditor.demo.serving import configuration_of
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
def tenant() -> Iterator[SimulatedTenant]:
    with SimulatedTenant(contoso(0)) as found:
        yield found


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
    said += [(path.name, path.read_bytes()) for path in left]
    said += [("the snapshot's frames", part) for part in _unpacked(snapshot)]
    assert {where: found for where, content in said if (found := planted.found_in(content))} == {}
