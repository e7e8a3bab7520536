"""A request that cannot be made, or not safely, is named before anything is sent."""

from pathlib import Path

import pytest

from tests.connectors.loopback import serving
from tests.connectors.transport.scripted import Bench, failure, gives


@pytest.mark.parametrize(
    "url",
    ["https://*.example/", "https://a b.example/", "https://[::1/", "https://host.example:99999/"],
)
def test_an_address_that_no_request_can_be_made_for_fails_its_source_alone(
    bench: Bench, url: str
) -> None:
    found = failure(bench.transport(), url).code
    # Before urllib3 2.8 a blank in a name is left to name servers, which know no such name.
    by_name_servers = found == "name-not-resolved" and " " in url
    assert found == "unusable-address" or by_name_servers


def test_a_header_cannot_be_split_by_what_is_put_into_it(bench: Bench, certificate: Path) -> None:
    with serving(gives(), certificate) as server:
        headers = {"X-AnchorMailbox": "a@contoso.example\r\nX-HTTP-Method: DELETE"}
        failed = failure(bench.transport(), server.url, headers=headers)
        assert server.seen == []
    assert failed.code == "unusable-address"
    assert "DELETE" not in failed.reason


def test_plain_http_is_refused_even_on_loopback(bench: Bench) -> None:
    assert failure(bench.transport(), "http://127.0.0.1:9/").code == "not-https"
