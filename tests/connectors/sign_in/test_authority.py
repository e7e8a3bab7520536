"""Which authorities may be given credentials, and how they are asked."""

from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.sign_in.authority import (
    AuthorityClient,
    Challenge,
    ask_challenge,
    check_authority,
    check_resource,
    find_authority,
    read_challenge,
)
from connectors.transport.answers import Answer
from connectors.transport.errors import SourceFailed
from connectors.transport.http import Request, Transport

RESOURCE = "https://contoso.crm.dynamics.example"
LOGIN = "https://login.microsoftonline.com"
TOKEN = f"{LOGIN}/contoso/oauth2/v2.0/token"


@pytest.mark.parametrize(
    ("header", "authority", "resource"),
    [
        (f"Bearer authorization_uri={LOGIN}/t/oauth2/authorize", f"{LOGIN}/t", None),
        (f'bearer authorization_uri="{LOGIN}/t/oauth2/v2.0/authorize/"', f"{LOGIN}/t", None),
        (f"Negotiate, Bearer authorization={LOGIN}/t , resource_id=r", f"{LOGIN}/t", "r"),
        (f"Bearer resource_id=r, authorization_uri={LOGIN}/t/", f"{LOGIN}/t", "r"),
        (
            f"Bearer authorization_uri={LOGIN}/common/oauth2/authorize",
            f"{LOGIN}/organizations",
            None,
        ),
        (
            f"Bearer authorization_uri={LOGIN}/one, authorization_uri={LOGIN}/two",
            f"{LOGIN}/one",
            None,
        ),
        (f'Bearer authorization_uri="", authorization={LOGIN}/t', f"{LOGIN}/t", None),
    ],
)
def test_a_challenge_names_authority_and_resource(
    header: str, authority: str, resource: str | None
) -> None:
    assert read_challenge(header) == Challenge(authority, resource)


@pytest.mark.parametrize(
    "header", ["", "Negotiate", "Bearer realm=x", 'Bearer authorization_uri=""', "NTLM Bearer x=y"]
)
def test_other_headers_hold_no_challenge(header: str) -> None:
    assert read_challenge(header) is None


@pytest.mark.parametrize(
    ("url", "configured", "trusted"),
    [
        (f"{LOGIN}/t", None, True),
        (f"{LOGIN}:443/t", None, True),
        (f"{LOGIN}:8443/t", None, False),
        ("http://login.microsoftonline.com/t", None, False),
        ("https://me@login.microsoftonline.com/t", None, False),
        ("https://adfs.contoso.example/adfs", None, False),
        ("https://adfs.contoso.example/adfs", "https://adfs.contoso.example", True),
        ("https://adfs.contoso.example/adfs", "https://other.example", False),
        ("https://adfs.contoso.example:99999/", "https://adfs.contoso.example", False),
        ("https://[broken", None, False),
    ],
)
def test_only_the_configured_authority_and_microsofts_are_trusted(
    url: str, configured: str | None, trusted: bool
) -> None:
    if trusted:
        check_authority(url, configured)
        return
    with pytest.raises(SourceFailed) as caught:
        check_authority(url, configured)
    assert caught.value.code == "foreign-authority"


def test_a_foreign_authority_is_named() -> None:
    with pytest.raises(SourceFailed, match=r"names evil\.example as the authority"):
        check_authority("https://evil.example/", None)
    with pytest.raises(SourceFailed, match="names an unreadable address as the authority"):
        check_authority("https://[broken", None)


@pytest.mark.parametrize(
    ("named", "trusted"),
    [
        (None, True),
        (RESOURCE, True),
        (f"{RESOURCE}/", True),
        ("https://contoso.api.crm.dynamics.example/", True),
        ("https://other.crm.dynamics.example/", False),
        ("https://[broken", False),
    ],
)
def test_a_token_is_asked_for_the_same_resource(named: str | None, trusted: bool) -> None:
    if trusted:
        check_resource(named, RESOURCE)
        return
    with pytest.raises(SourceFailed) as caught:
        check_resource(named, RESOURCE)
    assert caught.value.code == "foreign-resource"
    assert caught.value.url == RESOURCE


class Scripted(Transport):
    """Answers what it is told to and keeps what it was asked."""

    def __init__(self, status: int = 200, body: bytes = b"{}", challenge: str = "") -> None:
        super().__init__()
        self.requests: list[Request] = []
        headers = {"www-authenticate": challenge}
        self.answer = Answer(status, headers, body, "", datetime.now(UTC), 1)
        self.failure: SourceFailed | None = None

    def ask(self, request: Request) -> Any:
        self.requests.append(request)
        if self.failure is not None:
            raise self.failure
        return self.answer


CHALLENGE = f"Bearer authorization_uri={LOGIN}/t, resource_id={RESOURCE}/"


def test_the_resource_is_asked_whom_it_trusts() -> None:
    transport = Scripted(401, challenge=CHALLENGE)
    assert find_authority(transport, f"{RESOURCE}/", None) == f"{LOGIN}/t"
    (request,) = transport.requests
    assert request.url == f"{RESOURCE}/api/data/"
    assert request.accepted == {400, 401, 404}
    assert request.auth is None


@pytest.mark.parametrize("status", [200, 400, 404])
def test_only_a_demand_to_sign_in_holds_a_challenge(status: int) -> None:
    transport = Scripted(status, challenge=CHALLENGE)
    assert ask_challenge(transport, RESOURCE) == (status, None)
    with pytest.raises(SourceFailed) as caught:
        find_authority(transport, RESOURCE, None)
    assert (caught.value.code, caught.value.status) == ("no-challenge", status)


@pytest.mark.parametrize(
    ("challenge", "code"),
    [
        ("Bearer authorization_uri=https://evil.example/t", "foreign-authority"),
        (f"Bearer authorization_uri={LOGIN}/t, resource_id=https://o.example", "foreign-resource"),
        ("Negotiate", "no-challenge"),
    ],
)
def test_a_challenge_that_leads_elsewhere_is_refused(challenge: str, code: str) -> None:
    with pytest.raises(SourceFailed) as caught:
        find_authority(Scripted(401, challenge=challenge), RESOURCE, None)
    assert caught.value.code == code


def client(transport: Transport, configured: str = f"{LOGIN}/t") -> AuthorityClient:
    return AuthorityClient(transport, configured)


def test_an_authority_describes_itself() -> None:
    transport = Scripted(body=b'{"issuer":"x"}')
    found = client(transport).get(f"{LOGIN}/t", params={"a": "b c"}, headers={"h": "1"})
    assert (found.status_code, found.text) == (200, '{"issuer":"x"}')
    (request,) = transport.requests
    assert request.url == f"{LOGIN}/t?a=b+c"
    assert (request.method, dict(request.headers)) == ("GET", {"h": "1"})
    client(transport).get(f"{LOGIN}/t?x=1", params={"a": "b"})
    client(transport).get(f"{LOGIN}/t")
    assert [each.url for each in transport.requests[1:]] == [f"{LOGIN}/t?x=1&a=b", f"{LOGIN}/t"]


@pytest.mark.parametrize(
    ("status", "code"),
    [(400, "sign-in-failed"), (404, "sign-in-failed"), (503, "was"), (None, "was")],
)
def test_a_description_that_is_not_there_is_a_wrong_tenant(status: int | None, code: str) -> None:
    transport = Scripted()
    transport.failure = SourceFailed("no", "try", "was", status=status)
    with pytest.raises(SourceFailed) as caught:
        client(transport).get(f"{LOGIN}/t")
    assert caught.value.code == code
    assert ("Check `tenant`" in caught.value.remedy) is (code == "sign-in-failed")


def test_a_token_is_asked_for_by_a_form() -> None:
    transport = Scripted(400, b'{"error":"invalid_grant"}')
    asking = client(transport)
    found = asking.post(TOKEN, params={"a": "b"}, data={"secret": "x y"}, headers={"h": "1"})
    assert (found.status_code, found.text) == (400, '{"error":"invalid_grant"}')
    (request,) = transport.requests
    assert (request.url, request.method) == (f"{TOKEN}?a=b", "POST")
    assert request.body == b"secret=x+y"
    assert request.purpose == "token"
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert request.headers["h"] == "1"
    assert 400 in request.accepted
    assert not {408, 429, 500} & request.accepted
    asking.post(f"{TOKEN}?x=1", params={"a": "b"}, data="raw=1")
    asking.post(TOKEN)
    assert [each.body for each in transport.requests[1:]] == [b"raw=1", b""]
    assert transport.requests[1].url == f"{TOKEN}?x=1&a=b"
    assert transport.requests[2].url == TOKEN


def test_no_credential_goes_to_what_is_no_token_endpoint() -> None:
    transport = Scripted()
    with pytest.raises(SourceFailed) as caught:
        client(transport).post(f"{LOGIN}/t/userinfo", data={"secret": "x"})
    assert caught.value.code == "authority-of-another-kind"
    for url in ("https://evil.example/t/oauth2/v2.0/token", "https://evil.example/t"):
        with pytest.raises(SourceFailed) as caught:
            client(transport).post(url, data={"secret": "x"})
        assert caught.value.code == "foreign-authority"
    with pytest.raises(SourceFailed):
        client(transport).get("https://evil.example/t")
    assert transport.requests == []


@pytest.mark.parametrize(
    ("status", "body", "silent"),
    [
        (400, b"<html>", True),
        (400, b"{}", True),
        (401, b'{"error":"invalid_client"}', False),
        (200, b"<html>", False),
        (399, b"", False),
    ],
)
def test_a_refusal_without_words_is_a_failure(status: int, body: bytes, silent: bool) -> None:
    asking = client(Scripted(status, body))
    if not silent:
        assert asking.post(TOKEN).status_code == status
        return
    with pytest.raises(SourceFailed) as caught:
        asking.post(TOKEN)
    assert (caught.value.code, caught.value.status) == ("not-json", status)
    assert "answered 400 without saying why" in caught.value.reason
