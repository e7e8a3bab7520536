"""Which addresses that servers name are asked, and at which host."""

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from connectors.transport.errors import SourceFailed
from connectors.transport.guard.links import check_follow_up, on_same_host

BASE = "https://org.crm.dynamics.com/api/data/v9.2/"


@pytest.mark.parametrize(
    "link",
    [
        BASE + "mailboxes?$skiptoken=%3Ccookie%20pagenumber=%222%22/%3E",
        BASE + "mailboxes?$skiptoken=a%252Fb",
    ],
)
def test_a_link_to_the_same_place_is_followed_unchanged(link: str) -> None:
    assert check_follow_up(BASE, link) == link


@pytest.mark.parametrize(
    "host",
    [
        "https://org.crm.dynamics.com:443",
        "https://org.crm.dynamics.com:0443",
        "https://ORG.crm.dynamics.com",
        "https://org.crm.dynamics.com.",
        "https://org.crm.dynamics.com.:443",
    ],
)
def test_another_spelling_of_the_host_is_asked_at_the_host_as_configured(host: str) -> None:
    link, seen = f"{host}/api/data/v9.2/mailboxes?$skiptoken=x", set[str]()
    assert check_follow_up(BASE, link, seen) == BASE + "mailboxes?$skiptoken=x"
    with pytest.raises(SourceFailed) as caught:
        check_follow_up(BASE, BASE + "mailboxes?$skiptoken=x", seen)
    assert caught.value.code == "repeated-link"


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("mailboxes?$skiptoken=a:b%2F", BASE + "mailboxes?$skiptoken=a:b%2F"),
        ("/api/data/v9.2/mailboxes?page=2", BASE + "mailboxes?page=2"),
    ],
)
def test_a_relative_link_begins_at_the_root_of_the_service(link: str, address: str) -> None:
    assert check_follow_up(BASE, link) == address
    assert check_follow_up(BASE.rstrip("/"), link) == address
    seen = {address}
    with pytest.raises(SourceFailed) as caught:
        check_follow_up(BASE, link, seen)
    assert caught.value.code == "repeated-link"


@pytest.mark.parametrize(
    "link",
    [
        "http://org.crm.dynamics.com/api/data/v9.2/mailboxes",
        "https://org.crm.dynamics.com.evil.example/api/data/v9.2/mailboxes",
        "https://org.crm.dynamics.com@evil.example/api/data/v9.2/mailboxes",
        "https://user@org.crm.dynamics.com/api/data/v9.2/mailboxes",
        "https://evil.example\\@org.crm.dynamics.com/api/data/v9.2/mailboxes",
        "https://evil.example\\.org.crm.dynamics.com/api/data/v9.2/mailboxes",
        "https://org%2ecrm.dynamics.com/api/data/v9.2/mailboxes",
        "https://org.crm.dynamics.com:8443/api/data/v9.2/mailboxes",
        "https://org.crm.dynamics.com/api/data/v9.20/mailboxes",
        "https://org.crm.dynamics.com/api/data/v9.2/../v9.1/mailboxes",
        "https://org.crm.dynamics.com/api/data/v9.2/%2e%2e/x",
        "https://org.crm.dynamics.com/api/data/v9.2/..%2fx",
        "https://org.crm.dynamics.com/api/data/v9.2\\..\\x",
        "https://org.crm.dynamics.com/other",
        "https://org.crm.dynamics.com/api/data/v9.2/x#fragment",
        "https://org.crm.dynamics.com/api/data/v9.2/x\r\nHost: evil.example",
        "//org.crm.dynamics.com/api/data/v9.2/mailboxes",
        "../v9.1/mailboxes",
        "/other",
        "%2e%2e/x",
        "mail boxes?page=2",
        "mailboxes?page=2\r\nHost: evil.example",
        "https://[broken",
        "",
    ],
)
def test_any_other_link_is_foreign(link: str) -> None:
    with pytest.raises(SourceFailed) as caught:
        check_follow_up(BASE, link)
    assert caught.value.code == "foreign-link"
    assert "\n" not in caught.value.reason


@pytest.mark.parametrize(
    "link",
    [
        "https://org.crm.dynamics.com/API/data/v9.2/mailboxes?$skiptoken=x",
        "HTTPS://org.crm.dynamics.com/api/data/v9.2/Mailboxes?$skiptoken=x",
        "mailboxes?$skiptoken=x",
    ],
)
def test_the_case_of_scheme_and_path_counts_for_nothing(link: str) -> None:
    assert check_follow_up(BASE, link, None, [BASE + "mailboxes"]).startswith("https://")


def test_an_http_link_of_the_same_host_tells_of_what_ends_tls() -> None:
    with pytest.raises(SourceFailed) as caught:
        check_follow_up(BASE, BASE.replace("https", "http") + "mailboxes?$skiptoken=x")
    assert caught.value.code == "foreign-link"
    assert "ends TLS" in caught.value.reason
    assert "SSL header" in caught.value.remedy


@pytest.mark.parametrize(
    ("listing", "link"),
    [
        ("mailboxes", "systemusers?$skiptoken=x"),
        ("mailboxes", ""),
        (
            "EntityDefinitions(LogicalName='a')/Attributes",
            "EntityDefinitions(LogicalName='b')/Attributes",
        ),
        ("users/1/rules", "users/2/rules"),
    ],
)
def test_a_link_into_another_table_is_foreign(listing: str, link: str) -> None:
    with pytest.raises(SourceFailed) as caught:
        check_follow_up(BASE, BASE + link, None, [BASE + listing])
    assert caught.value.code == "foreign-link"


@pytest.mark.parametrize("link", ["users('1')/rules?$skip=10", "users(1)/rules", "users/1/rules/"])
def test_the_same_table_may_be_written_in_another_way(link: str) -> None:
    assert check_follow_up(BASE, BASE + link, None, [BASE + "users/1/rules"])


def test_a_link_that_comes_twice_ends_the_reading() -> None:
    seen: set[str] = set()
    for page in ("a", "b"):
        check_follow_up(BASE, BASE + page, seen)
    with pytest.raises(SourceFailed) as caught:
        check_follow_up(BASE, BASE + "a", seen)
    assert caught.value.code == "repeated-link"


_PIECES = st.sampled_from(
    "https:// // / \\ @ : 443 . %2e ? # [ ] x user evil.example org.crm.dynamics.com".split(" ")
)


@given(st.lists(_PIECES, max_size=8).map("".join))
def test_whatever_a_server_names_the_request_goes_to_the_same_host(link: str) -> None:
    followed = on_same_host(BASE, link)
    if followed is not None:
        sent = requests.Request("GET", followed).prepare().url or ""
        assert sent.startswith("https://org.crm.dynamics.com/")
