"""Asks an Exchange Server through exchangelib for the build that it runs.

The library gets a session of the auditor's own, so that trust, the read-only guard, the sign-in
with its memory of refused passwords, and all limits are the same as everywhere.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import requests

from connectors.answers import Answer, read_body
from connectors.errors import SourceFailed
from connectors.exchange_server.answers import judge, wire_headers
from connectors.failures import network_failure, past_deadline
from connectors.guard import WriteRefused
from connectors.http import SignIn, Transport
from connectors.network import ExclusiveSession
from connectors.request import Signed

_MOST_BYTES = 4 * 1024 * 1024
_TIMEOUT_S = 60.0


class _Heard:
    """The answers that the library got, each read within bounds before it looks at them."""

    def __init__(self, place: str, check_time: Callable[[], None]) -> None:
        self._place = place
        self._check_time = check_time
        self.last: Answer | None = None

    def __call__(self, response: requests.Response, **settings: Any) -> requests.Response:
        consumed = bool(getattr(response, "_content_consumed", False))
        body = response.content if consumed else self._read(response)
        self.last = Answer(
            status=response.status_code,
            headers=wire_headers(response.headers),
            body=body,
            url=self._place,
            received_at=datetime.now(UTC),
            requests=1,
        )
        return response

    def _read(self, response: requests.Response) -> bytes:
        try:
            body = read_body(response, _MOST_BYTES, self._place, self._check_time)
        except SourceFailed:
            response.close()
            raise
        response._content = body
        response._content_consumed = True  # type: ignore[attr-defined]
        return body


def server_build(url: str, sign_in: SignIn, transport: Transport, source: str) -> str:
    """The build that the server at the EWS address tells once signed in, such as `15.2.1544.4`.

    One attempt: nothing is repeated, so that no account is locked. The name of the schema version
    that comes with the build is never looked at. Raises `SourceFailed`.
    """
    # The library takes a second to load, and few runs need it.
    from exchangelib.configuration import Configuration
    from exchangelib.protocol import FailFast, Protocol
    from exchangelib.transport import NOAUTH

    # What it logs holds whole requests, with what signs them in.
    logging.getLogger("exchangelib").setLevel(logging.CRITICAL + 1)
    place = transport.redaction.address(url)
    policy = transport.policy

    def check_time() -> None:
        remaining_s = policy.remaining_s()
        if remaining_s is not None and remaining_s <= 0:
            raise past_deadline(place)

    check_time()
    heard = _Heard(place, check_time)
    remaining_s = policy.remaining_s()
    # Made by its own class alone: the cache of its metaclass would outlive the run.
    protocol = type.__call__(
        Protocol,
        config=Configuration(
            service_endpoint=url, auth_type=NOAUTH, retry_policy=FailFast(), max_connections=1
        ),
    )
    protocol.TIMEOUT = min(
        _TIMEOUT_S, policy.read_timeout_s, _TIMEOUT_S if remaining_s is None else remaining_s
    )
    protocol.create_session = lambda: _session(url, sign_in, transport, source, heard)
    try:
        build = protocol.version.build
        return (
            f"{build.major_version}.{build.minor_version}.{build.major_build}.{build.minor_build}"
        )
    except (SourceFailed, WriteRefused):
        raise
    except Exception as error:
        # What it raises is seldom what the server said, so the answer itself is judged.
        raise _explained(error, heard.last, place, transport) from error
    finally:
        protocol.close()


def _session(
    url: str, sign_in: SignIn, transport: Transport, source: str, heard: _Heard
) -> ExclusiveSession:
    session = transport.session("ews", source)
    session.headers.update(
        {
            "Content-Type": "text/xml; charset=utf-8",
            "Accept": "text/xml",
            "Accept-Encoding": "gzip",
            "User-Agent": "server-side-sync-auditor",
        }
    )
    session.proxies.update(transport.policy.proxies(url))
    session.auth = Signed(sign_in)
    session.hooks["response"].append(heard)
    session.session_id = 0  # type: ignore[attr-defined]
    session.usage_count = 0  # type: ignore[attr-defined]
    return session


def _explained(
    error: Exception, last: Answer | None, place: str, transport: Transport
) -> SourceFailed:
    if last is None:
        return network_failure(error, place)
    failure = judge(last, place, transport.redaction)
    if failure is not None:
        return failure
    return SourceFailed(
        f"{place}: what answers is no Exchange Web Services: no version came with its answer"
        f" (status {last.status})",
        "Check the address, and whether a proxy or a sign-in page answers in the server's place.",
        "not-ews",
        url=place,
        status=last.status,
    )
