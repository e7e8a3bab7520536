"""Signs requests in with a user's name and password as they are, over TLS and only where asked."""

import base64
import threading
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import requests
from requests.auth import AuthBase

from connectors.answers import read_body
from connectors.errors import SourceFailed
from connectors.guard import origin
from connectors.refusals import Refusals
from connectors.tokens import check_host

_MOST_BYTES = 1024 * 1024


class Basic(AuthBase):
    """Signs requests to the named hosts in by HTTP Basic authentication (RFC 7617).

    The password leaves only after the server has offered this way of signing in. A refused one
    is not tried again at the same host during the run; until it has been accepted once, one
    request at a time may try it.
    """

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
        pair = f"{username}:{password}".encode()
        self._header = f"Basic {base64.b64encode(pair).decode()}"
        self._refusals = refusals
        self._first = threading.Lock()
        self._proven: set[str] = set()

    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the password where it was accepted before, else when the server asks for it.

        Raises `SourceFailed`.
        """
        check_host(r.url or "", self._origins)
        place = origin(r.url or "")
        self._check_refusals(place)
        if place in self._proven:
            r.headers["Authorization"] = self._header
        r.register_hook("response", self._answered)  # type: ignore[no-untyped-call]
        return r

    def renew(self, refused: requests.PreparedRequest) -> bool:
        """False: the password stays the same."""
        return False

    def _answered(self, response: requests.Response, **settings: Any) -> requests.Response:
        if response.status_code != 401:
            return response
        place = origin(response.url)
        if "Authorization" in response.request.headers:
            self._refusals.remember(place, self._username, self._password, "by Basic")
            return response
        if "basic" not in response.headers.get("WWW-Authenticate", "").lower():
            return response
        with self._first:
            self._check_refusals(place)
            ended = self._repeated(response, settings)
            if ended.status_code == 401:
                self._refusals.remember(place, self._username, self._password, "by Basic")
            else:
                self._proven.add(place)
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

    def _check_refusals(self, place: str) -> None:
        if self._refusals.reason(place, self._username, self._password) is not None:
            raise SourceFailed(
                f"{place}: the password was refused before and is not tried again",
                "Correct `username` and `password` in the `auth` section.",
                "unauthorized",
                url=place,
                status=401,
            )
