"""How requests meet the network: proxies, pinned names, and TLS that keeps no log of keys."""

from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from connectors.transport.errors import SourceFailed
from connectors.transport.http import Transport
from connectors.transport.network import NetworkPolicy, trusted_context
from tests.connectors.loopback import Seen, answer, authority, serving

NAME = "mail.contoso.example"


def script(handler: BaseHTTPRequestHandler, seen: Seen) -> None:
    answer(handler)


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["127.0.0.77", "127.0.0.1"]])
def test_the_name_leads_to_the_pinned_addresses_in_turn(addresses: list[str]) -> None:
    with (
        authority() as ca,
        serving(script, ca.issue(name=NAME)) as server,
        Transport(NetworkPolicy(ca_bundle=ca.bundle, retries=0)) as transport,
    ):
        transport.pins.pin(NAME, addresses)
        url = server.url.replace("127.0.0.1", NAME)
        assert transport.get(url).status == 200
        assert server.seen[0].headers["host"].startswith(NAME)


def test_the_certificate_must_be_the_names() -> None:
    with (
        authority() as ca,
        serving(script, ca.issue(name="127.0.0.1")) as server,
        Transport(NetworkPolicy(ca_bundle=ca.bundle, retries=0)) as transport,
    ):
        transport.pins.pin(NAME, ["127.0.0.1"])
        with pytest.raises(SourceFailed) as caught:
            transport.get(server.url.replace("127.0.0.1", NAME))
        assert caught.value.code == "untrusted-certificate"
        assert server.seen == []


def test_a_session_for_a_library_is_pinned_and_counted() -> None:
    with (
        authority() as ca,
        serving(script, ca.issue(name=NAME)) as server,
        Transport(NetworkPolicy(ca_bundle=ca.bundle)) as transport,
        transport.session("ews", "exchange_server.builds") as session,
    ):
        transport.pins.pin(NAME, ["127.0.0.1"])
        session.get(server.url.replace("127.0.0.1", NAME.upper()), timeout=5)
        assert transport.requests_of("exchange_server.builds") == 1


@pytest.mark.parametrize(
    ("variable", "proxy"),
    [
        ("ALL_PROXY", "socks5://127.0.0.1:1080"),
        ("all_proxy", "socks://127.0.0.1:1080/"),
        ("HTTPS_PROXY", "socks5h://user:secret@proxy.example:1080"),
        ("https_proxy", "ftp://proxy.example"),
        ("ALL_PROXY", "http://[broken"),
    ],
)
def test_a_proxy_of_another_kind_is_named_by_its_variable(
    monkeypatch: pytest.MonkeyPatch, variable: str, proxy: str
) -> None:
    for name in ("ALL_PROXY", "all_proxy", "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, proxy)
    with pytest.raises(SourceFailed) as caught:
        NetworkPolicy().proxies("https://org.example/api")
    assert caught.value.code == "proxy-failed"
    assert variable in caught.value.reason
    assert "secret" not in caught.value.reason
    with Transport() as transport, pytest.raises(SourceFailed) as caught:
        transport.get("https://org.example/api")
    assert caught.value.code == "proxy-failed"


@pytest.mark.parametrize("place", ["missing/keys.log", "."])
def test_no_log_of_tls_keys_is_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, place: str
) -> None:
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / place))
    assert trusted_context(None).keylog_filename is None
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys.log"))
    trusted_context(None)
    assert not list(tmp_path.iterdir())
