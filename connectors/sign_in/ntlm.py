"""Signs requests in by NTLM, over TLS only, bound to the TLS channel."""

from typing import Any

import requests
from requests_ntlm import HttpNtlmAuth

from connectors.sign_in.passwords import PasswordSignIn
from connectors.transport.errors import SourceFailed
from connectors.transport.guard.reads import WriteRefused, origin
from connectors.transport.receiving import read_body

_MOST_BYTES = 1024 * 1024


class Ntlm(PasswordSignIn):
    """Signs requests to the named hosts in with a user's password."""

    schemes: tuple[str, ...] = ("ntlm", "negotiate")
    """A server must offer one of them, lower-case."""

    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        """Answer the server's challenge when it comes. Raises `SourceFailed`."""
        self._check_place(r.url or "")
        # NTLM signs the connection in, not the request.
        r.headers["Connection"] = "Keep-Alive"
        r.register_hook("response", self._answered)  # type: ignore[no-untyped-call]
        return r

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
            with self._one_at_a_time(place):
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
        self._learn(place, ended)
        return ended

    def _exchanged(
        self, response: requests.Response, settings: dict[str, Any]
    ) -> requests.Response:
        ended: requests.Response = _Handshake(self._username, self._password).response_hook(
            response, **settings
        )
        return ended


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
