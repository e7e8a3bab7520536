"""A password as it is: sent where the server offers this way, remembered, and never repeated."""

import base64
import io
import threading
import time
from contextlib import suppress
from typing import Any

import pytest
import requests
import urllib3

from connectors.sign_in.basic import Basic, pair
from connectors.transport.errors import SourceFailed
from connectors.transport.guard.reads import origin
from connectors.transport.refusals import Refusals

HOST = "https://mail.contoso.example"
HEADER = "Basic " + base64.b64encode(b"audit:p\xc3\xa4ss").decode()


class Server:
    """Answers a repeated request with one status, and keeps what came."""

    def __init__(self, status: int) -> None:
        self.status = status
        self.seen: list[requests.PreparedRequest] = []

    def send(self, request: requests.PreparedRequest, **settings: Any) -> requests.Response:
        self.seen.append(request)
        return response(self.status, request, self)


def response(
    status: int, request: requests.PreparedRequest, server: Any, offers: str = "Basic realm=x"
) -> requests.Response:
    made = requests.Response()
    made.status_code = status
    made.url = str(request.url)
    made.request = request
    made.connection = server
    made.raw = urllib3.HTTPResponse(io.BytesIO(b"no"), preload_content=False)
    made.headers["WWW-Authenticate"] = offers
    return made


def basic(refusals: Refusals | None = None) -> Basic:
    return Basic(HOST, [HOST], "audit", "päss", refusals or Refusals())


def sent(own: Basic) -> requests.PreparedRequest:
    return own(requests.Request("GET", f"{HOST}/EWS").prepare())


def answered(own: Basic, server: Server, status: int = 401, offers: str = "Basic") -> Any:
    request = sent(own)
    (hook,) = request.hooks["response"]
    return request, hook(response(status, request, server, offers), timeout=5)


def test_name_and_password_leave_as_a_pair() -> None:
    assert f"Basic {pair('audit', 'päss')}" == HEADER


def test_the_password_waits_until_the_server_offers_this_way() -> None:
    own, server = basic(), Server(200)
    request, ended = answered(own, server, offers="Negotiate, BASIC realm=x")
    assert "Authorization" not in request.headers
    assert ended.status_code == 200
    assert [each.headers["Authorization"] for each in server.seen] == [HEADER]
    assert [each.status_code for each in ended.history] == [401]
    assert sent(own).headers["Authorization"] == HEADER


@pytest.mark.parametrize(
    ("status", "offers"), [(401, "Negotiate"), (401, ""), (200, "Basic"), (403, "Basic")]
)
def test_it_is_not_sent_where_it_is_not_asked_for(status: int, offers: str) -> None:
    own, server = basic(), Server(200)
    _, ended = answered(own, server, status, offers)
    assert ended.status_code == status
    assert server.seen == []
    assert "Authorization" not in sent(own).headers


def test_a_refused_password_is_sent_once() -> None:
    refusals = Refusals()
    own, server = basic(refusals), Server(401)
    first = sent(own)
    _, ended = answered(own, server)
    assert ended.status_code == 401
    (hook,) = first.hooks["response"]
    with pytest.raises(SourceFailed):
        hook(response(401, first, server, "Basic"))
    with pytest.raises(SourceFailed):
        sent(own)
    assert len(server.seen) == 1


def test_a_refused_password_of_several_environments_is_sent_once() -> None:
    refusals, server = Refusals(), _Slow(401)
    waiting = threading.Barrier(4, timeout=60)

    def sign_in() -> None:
        own = basic(refusals)
        request = sent(own)
        (hook,) = request.hooks["response"]
        waiting.wait()
        with suppress(SourceFailed):
            hook(response(401, request, server), timeout=5)

    threads = [threading.Thread(target=sign_in) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(server.seen) == 1


class _Slow(Server):
    def send(self, request: requests.PreparedRequest, **settings: Any) -> requests.Response:
        answer = super().send(request, **settings)
        # Long enough for another try to be made meanwhile.
        time.sleep(0.2)
        return answer


def test_a_password_that_is_refused_after_it_was_taken_is_not_repeated() -> None:
    refusals = Refusals()
    own, server = basic(refusals), Server(200)
    answered(own, server)
    _, ended = answered(own, server)
    assert ended.status_code == 401
    assert len(server.seen) == 1
    assert refusals.reason(origin(HOST), "audit", "päss") is not None
