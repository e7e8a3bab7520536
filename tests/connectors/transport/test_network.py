"""A pinned name leads where it was said to lead, and its certificate is still compared with it."""

from http.server import BaseHTTPRequestHandler

import pytest

from connectors.transport.errors import SourceFailed
from connectors.transport.http import Transport
from connectors.transport.network import NetworkPolicy
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
