"""Signing requests in with a token: asked once, renewed in time, and sent to no other host."""

import pytest
import requests

from connectors.sign_in.bearer import Bearer, Token, check_host
from connectors.transport.errors import SourceFailed
from connectors.transport.guard.reads import origin
from connectors.transport.http import Transport
from connectors.transport.network import NetworkPolicy

HOST = "https://contoso.crm.dynamics.example"


class Authority:
    """Gives token after token, and notes whether a fresh one was asked for."""

    def __init__(self, lifetime_s: float = 3600.0) -> None:
        self.asked: list[bool] = []
        self.lifetime_s = lifetime_s
        self.now = 0.0
        self.failure: SourceFailed | None = None
        self.transport = Transport(NetworkPolicy(clock=lambda: self.now))
        self.bearer = Bearer(HOST, [HOST], self.acquire, self.transport)

    def acquire(self, fresh: bool) -> Token:
        self.asked.append(fresh)
        if self.failure is not None:
            raise self.failure
        return Token(f"token-number-{len(self.asked)}", self.lifetime_s)

    def sent(self, url: str = f"{HOST}/api/data") -> requests.PreparedRequest:
        return self.bearer(requests.Request("GET", url).prepare())


def header(request: requests.PreparedRequest) -> str:
    return str(request.headers["Authorization"])


def test_one_token_signs_many_requests_in_and_is_never_shown() -> None:
    authority = Authority()
    first, second = authority.sent(), authority.sent()
    assert header(first) == header(second) == "Bearer token-number-1"
    assert authority.asked == [False]
    assert "token-number-1" not in authority.transport.redaction.line("the token-number-1")


@pytest.mark.parametrize(
    ("lifetime_s", "good_until"), [(3600.0, 3300.0), (600.0, 300.0), (400.0, 200.0)]
)
def test_a_token_is_renewed_some_minutes_before_its_end(
    lifetime_s: float, good_until: float
) -> None:
    authority = Authority(lifetime_s)
    authority.sent()
    authority.now = good_until - 1
    assert header(authority.sent()) == "Bearer token-number-1"
    authority.now = good_until
    assert header(authority.sent()) == "Bearer token-number-2"
    assert authority.asked == [False, True]


def test_a_refused_token_is_replaced_once_however_many_requests_had_it() -> None:
    authority = Authority()
    first, second = authority.sent(), authority.sent()
    assert authority.bearer.renew(first) is True
    assert authority.bearer.renew(second) is True
    assert authority.asked == [False, True]
    assert header(authority.sent()) == "Bearer token-number-2"


def test_a_failure_to_sign_in_stays_for_the_run() -> None:
    authority = Authority()
    authority.failure = SourceFailed("refused", "correct it", "unauthorized")
    for _ in range(2):
        with pytest.raises(SourceFailed) as caught:
            authority.sent()
        assert caught.value is authority.failure
    assert authority.asked == [False]


@pytest.mark.parametrize(
    ("url", "trusted"),
    [
        (f"{HOST}/api", True),
        (f"{HOST}:443/api", True),
        ("http://contoso.crm.dynamics.example/api", False),
        ("https://other.example/api", False),
        (f"{HOST}:8443/api", False),
        ("https://[broken", False),
        ("", False),
    ],
)
def test_credentials_go_to_their_own_hosts_over_tls(url: str, trusted: bool) -> None:
    origins = frozenset({origin(HOST)})
    if trusted:
        check_host(url, origins)
        return
    with pytest.raises(SourceFailed) as caught:
        check_host(url, origins)
    assert caught.value.code == "foreign-host"
    assert origin(HOST) in caught.value.reason
    authority = Authority()
    with pytest.raises(SourceFailed):
        authority.bearer(requests.Request("GET", "https://other.example/").prepare())
    assert authority.asked == []


def test_a_token_hides_its_value() -> None:
    assert "secret" not in repr(Token("secret", 5.0))
