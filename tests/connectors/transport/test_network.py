"""How requests meet the network: proxies and pinned names."""

import socket
import threading
from http.server import BaseHTTPRequestHandler

import pytest

from connectors.transport.errors import SourceFailed
from connectors.transport.http import Transport
from connectors.transport.network import MOST_CONCURRENT, NetworkPolicy, Pins
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


@pytest.mark.parametrize(
    ("host", "connected"),
    [
        ("münchen.example", "xn--mnchen-3ya.example"),
        ("faß.example", "xn--fa-hia.example"),
        ("xn--mnchen-3ya.example", "xn--mnchen-3ya.example"),
        ("mail_1.example", "mail_1.example"),
        ("MAIL.example.", "mail.example"),
        ("fd00::1", "fd00::1"),
        ("192.0.2.1", "192.0.2.1"),
    ],
)
def test_a_pin_holds_for_the_name_that_a_connection_is_made_to(host: str, connected: str) -> None:
    pins = Pins()
    pins.pin(host, ["192.0.2.9"])
    assert pins.addresses(connected) == ("192.0.2.9",)


@pytest.mark.parametrize(
    "host",
    [
        # A request reads the code and asks another name, which leads where nobody looked.
        "%69ntranet.evil.example",
        "intranet.example\\.evil.example",
        "intranet.example?.evil.example",
        "intranet.example#.evil.example",
        "user@intranet.example",
        "%69ntranet.münchen.example",
        "*.evil.example",
        "a b.evil.example",
        "fe80::1%eth0",
        "１６９.254.169.254",  # noqa: RUF001
        "",
    ],
)
def test_a_host_that_a_request_would_name_otherwise_is_not_connected_to(host: str) -> None:
    with pytest.raises(SourceFailed) as caught:
        Pins().pin(host, ["192.0.2.9"])
    assert caught.value.code == "unusable-address"


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


def test_the_variables_of_the_system_are_looked_through_once_for_a_host(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("requests.utils.get_environ_proxies", lambda url: asked.append(url) or {})
    with (
        authority() as ca,
        serving(script, ca.issue(name="127.0.0.1")) as server,
        Transport(NetworkPolicy(ca_bundle=ca.bundle)) as transport,
    ):
        for name in ("one", "two"):
            transport.get(f"{server.url}/{name}")
    assert len(server.seen) == 2
    assert len(asked) == 1


def test_no_time_remains_once_the_run_was_stopped_though_others_go_on() -> None:
    stopped = threading.Event()
    own, other = NetworkPolicy(stopped=stopped), NetworkPolicy()
    assert own.remaining_s() is None
    stopped.set()
    remaining_s = own.remaining_s()
    assert remaining_s is not None
    assert remaining_s < 0
    assert other.remaining_s() is None


@pytest.mark.parametrize(
    ("asked", "concurrent"),
    [(0, 1), (1, 1), (8, 8), (MOST_CONCURRENT, MOST_CONCURRENT), (10_000, MOST_CONCURRENT)],
)
def test_no_more_requests_are_in_flight_than_the_service_takes(asked: int, concurrent: int) -> None:
    assert NetworkPolicy(max_concurrent=asked).concurrent == concurrent


@pytest.mark.parametrize(("asked", "allowed"), [(0, 1), (8, 8), (52, 52), (500, 52)])
def test_concurrency_has_a_bound(asked: int, allowed: int) -> None:
    assert NetworkPolicy(max_concurrent=asked).concurrent == allowed


def test_a_proxy_is_used_as_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://from-environment:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    url = "https://org.crm.dynamics.com/"
    assert NetworkPolicy().proxies(url)["https"] == "http://from-environment:1"
    assert NetworkPolicy(proxy="http://own:2").proxies(url) == {"https": "http://own:2"}
    monkeypatch.setenv("NO_PROXY", "dynamics.com")
    assert NetworkPolicy(proxy="http://own:2").proxies(url) == {}


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_profile_that_names_the_proxy_does_not_lead_it_elsewhere(scheme: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        address = f"{scheme}://localhost:{proxy.getsockname()[1]}"
        policy = NetworkPolicy(proxy=address, retries=0, read_timeout_s=0.5, connect_timeout_s=0.5)
        with Transport(policy) as transport:
            # Nobody listens there.
            transport.pins.pin("localhost", ["127.0.0.77"])
            with pytest.raises(SourceFailed):
                transport.get("https://org.example/")
        proxy.settimeout(5)
        proxy.accept()[0].close()
