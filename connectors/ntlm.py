"""Signs requests in by NTLM, over TLS only, bound to the TLS channel."""

import threading
from collections.abc import Iterable
from typing import Any

import requests
from requests.auth import AuthBase
from requests_ntlm import HttpNtlmAuth

from connectors.answers import read_body
from connectors.errors import SourceFailed
from connectors.guard import WriteRefused, origin
from connectors.refusals import Refusals
from connectors.tokens import check_host

_MOST_BYTES = 1024 * 1024


class Ntlm(AuthBase):
    """Signs requests to the named hosts in with a user's password.

    A refused password is not tried again at the same host during the run; until it has been
    accepted once, one request at a time may try it.
    """

    schemes: tuple[str, ...] = ("ntlm", "negotiate")
    """A server must offer one of them, lower-case."""

    def __init__(
        self,
        resource: str,
        hosts: Iterable[str],
        username: str,
        password: str,
        refusals: Refusals,
    ) -> None:
        self.resource = resource
        self._origins = frozenset(origin(host) for host in hosts)
        self._username = username
        self._password = password
        self._refusals = refusals
        self._first = threading.Lock()
        self._proven: set[str] = set()

    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        """Answer the server's challenge when it comes. Raises `SourceFailed`."""
        check_host(r.url or "", self._origins)
        self._check_refusals(origin(r.url or ""))
        # NTLM signs the connection in, not the request.
        r.headers["Connection"] = "Keep-Alive"
        r.register_hook("response", self._answered)  # type: ignore[no-untyped-call]
        return r

    def renew(self, refused: requests.PreparedRequest) -> bool:
        """False: the password stays the same."""
        return False

    def _answered(self, response: requests.Response, **settings: Any) -> requests.Response:
        if response.status_code != 401:
            return response
        place = origin(response.url)
        offered = response.headers.get("WWW-Authenticate", "").lower()
        if not any(scheme in offered for scheme in self.schemes):
            return response
        try:
            if place in self._proven:
                return self._handshake(response, place, settings)
            with self._first:
                self._check_refusals(place)
                return self._handshake(response, place, settings)
        except BaseException:
            response.close()
            raise

    def _handshake(
        self, response: requests.Response, place: str, settings: dict[str, Any]
    ) -> requests.Response:
        try:
            ended = self._exchanged(response, settings)
        except (requests.RequestException, SourceFailed, WriteRefused):
            raise
        except Exception as error:
            # The libraries raise whatever an odd challenge provokes.
            raise SourceFailed(
                f"{place}: the server's challenge to sign in cannot be answered",
                "Check that Windows authentication is on for this address.",
                "unauthorized",
                url=place,
                status=401,
            ) from error
        if ended.status_code == 401:
            self._refusals.remember(place, self._username, self._password, "refused")
        else:
            self._proven.add(place)
        return ended

    def _exchanged(
        self, response: requests.Response, settings: dict[str, Any]
    ) -> requests.Response:
        ended: requests.Response = _Handshake(self._username, self._password).response_hook(
            response, **settings
        )
        return ended

    def _check_refusals(self, place: str) -> None:
        if self._refusals.reason(place, self._username, self._password) is not None:
            raise SourceFailed(
                f"{place}: the password was refused before and is not tried again",
                "Correct `username` and `password` in the `auth` section.",
                "unauthorized",
                url=place,
                status=401,
            )


def server_digest(response: requests.Response) -> bytes | None:
    """The digest of the server's certificate that binds a sign-in to this TLS channel.

    From now on the answers on the response's connection are read within bounds.
    """
    return _Handshake("", "")._get_server_cert(response)


class _Handshake(HttpNtlmAuth):
    """One handshake of requests-ntlm, its intermediate answers read within bounds."""

    def _get_server_cert(self, response: requests.Response) -> bytes | None:
        digest: bytes | None = super()._get_server_cert(response)
        read_in_bounds(response)
        response.connection = _Bounded(response.connection)  # type: ignore[assignment]
        return digest


class _Bounded:
    """Sends by an adapter; an answer that is not to be streamed is read within bounds."""

    def __init__(self, adapter: Any) -> None:
        self._adapter = adapter

    def send(self, request: requests.PreparedRequest, **settings: Any) -> requests.Response:
        response: requests.Response = self._adapter.send(request, **settings)
        if not settings.get("stream"):
            read_in_bounds(response)
        return response


def read_in_bounds(response: requests.Response) -> None:
    """Read an intermediate answer to its end, once. Raises `SourceFailed` for a huge one."""
    if getattr(response, "_content_consumed", False):
        return
    try:
        body = read_body(response, _MOST_BYTES, response.url, lambda: None)
    except SourceFailed:
        # A later leg needs the same connection, so the handshake ends here.
        response.close()
        raise
    response._content = body
    response._content_consumed = True  # type: ignore[attr-defined]
