"""Which authorities are trusted: loaded once for a run, and no key of a connection is logged."""

import threading
from pathlib import Path

import pytest

from connectors.transport import sessions as module
from connectors.transport.errors import SourceFailed
from connectors.transport.http import Transport
from connectors.transport.network import NetworkPolicy
from connectors.transport.sessions import Trust, trusted_context
from tests.connectors.loopback import authority


@pytest.mark.parametrize("place", ["missing/keys.log", "."])
def test_no_log_of_tls_keys_is_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, place: str
) -> None:
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / place))
    assert trusted_context(None).keylog_filename is None
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys.log"))
    trusted_context(None)
    assert not list(tmp_path.iterdir())


def test_environments_side_by_side_load_the_authorities_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loaded: list[Path | None] = []
    monkeypatch.setattr(
        module, "trusted_context", lambda ca_bundle: loaded.append(ca_bundle) or object()
    )
    trust = Trust()
    at_once = threading.Barrier(4)

    def ask() -> None:
        at_once.wait(60)
        trust.context(None)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    trust.context(Path("own.pem"))
    assert loaded == [None, Path("own.pem")]


def test_transports_of_one_run_share_what_they_trust() -> None:
    with authority() as ca:
        policy, trust = NetworkPolicy(ca_bundle=ca.bundle), Trust()
        with Transport(policy, trust=trust) as one, Transport(policy, trust=trust) as other:
            assert one._context is other._context
        with Transport(policy) as alone:
            assert alone._context is not one._context


def test_a_bundle_that_is_repaired_is_read_again(tmp_path: Path) -> None:
    trust, bundle = Trust(), tmp_path / "bundle.pem"
    with pytest.raises(SourceFailed) as caught:
        trust.context(bundle)
    assert caught.value.code == "unusable-ca-bundle"
    with authority() as ca:
        bundle.write_bytes(ca.bundle.read_bytes())
    assert trust.context(bundle).get_ca_certs()


def test_an_unusable_bundle_is_named(tmp_path: Path) -> None:
    missing, broken = tmp_path / "missing.pem", tmp_path / "broken.pem"
    broken.write_text("no certificate")
    for path in (missing, broken):
        with pytest.raises(SourceFailed, match=path.name) as caught:
            Transport(NetworkPolicy(ca_bundle=path))
        assert caught.value.code == "unusable-ca-bundle"
