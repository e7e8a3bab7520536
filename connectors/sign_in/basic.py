"""Signs requests in with a user's name and password as they are, over TLS and only where asked."""

import base64
from contextlib import suppress
from typing import Any

import requests

from connectors.sign_in.passwords import PasswordSignIn
from connectors.transport.errors import SourceFailed
from connectors.transport.guard.reads import origin
from connectors.transport.receiving import read_body

_MOST_BYTES = 1024 * 1024


class Basic(PasswordSignIn):
    """Signs requests to the named hosts in by HTTP Basic authentication (RFC 7617).

    The password leaves only after the server has offered this way of signing in.
    """

    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the password where it was accepted before, else when the server asks for it.

        Raises `SourceFailed`.
        """
        if self._check_place(r.url or "") in self._proven:
            r.headers["Authorization"] = self._header
        r.register_hook("response", self._answered)  # type: ignore[no-untyped-call]
        return r

    def _answered(self, response: requests.Response, **settings: Any) -> requests.Response:
        if response.status_code != 401:
            return response
        place = origin(response.url)
        if "Authorization" in response.request.headers:
            self._learn(place, response)
            return response
        if "basic" not in response.headers.get("WWW-Authenticate", "").lower():
            return response
        with self._one_at_a_time(place):
            self._check_refusals(place)
            ended = self._repeated(response, settings)
            self._learn(place, ended)
        return ended

    def _repeated(self, response: requests.Response, settings: dict[str, Any]) -> requests.Response:
        # Read to its end, so that the same connection can be used again.
        with suppress(SourceFailed):
            read_body(response, _MOST_BYTES, response.url, lambda: None)
        response.close()
        request = response.request.copy()
        request.headers["Authorization"] = self._header
        sent: requests.Response = response.connection.send(request, **settings)
        sent.history.append(response)
        return sent

    @property
    def _header(self) -> str:
        return f"Basic {pair(self._username, self._password)}"


def pair(username: str, password: str) -> str:
    """The name and the password as they leave: whoever has this has the password."""
    return base64.b64encode(f"{username}:{password}".encode()).decode()
