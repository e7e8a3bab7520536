"""Signs requests in with a token, and keeps credentials to the hosts that they are for."""

import threading
from collections.abc import Callable, Iterable

import requests
from msgspec import Struct
from requests.auth import AuthBase

from connectors.transport.errors import SourceFailed
from connectors.transport.guard.reads import origin
from connectors.transport.http import Transport

# A token is renewed this long before its end, so that it does not end on its way.
_MARGIN_S = 300.0


class Bearer(AuthBase):
    """Signs requests in with a token, one token request for each resource.

    `acquire` gives a token; its argument asks for a fresh one in place of any that is kept. A
    failure to sign in stays for the run: no credential is tried twice.
    """

    def __init__(
        self,
        resource: str,
        hosts: Iterable[str],
        acquire: "Callable[[bool], Token]",
        transport: Transport,
    ) -> None:
        self.resource = resource
        self._origins = frozenset(origin(host) for host in hosts)
        self._acquire = acquire
        self._transport = transport
        self._lock = threading.Lock()
        self._header: str | None = None
        self._good_until = 0.0
        self._failure: SourceFailed | None = None

    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the token, asking for one where none is good any more. Raises `SourceFailed`."""
        check_host(r.url or "", self._origins)
        with self._lock:
            header = self._header
            if header is None or self._transport.policy.clock() >= self._good_until:
                header = self._obtain(fresh=header is not None)
            r.headers["Authorization"] = header
        return r

    def renew(self, refused: requests.PreparedRequest) -> bool:
        """Get a fresh token, unless another thread has done so since the refused request left."""
        with self._lock:
            if refused.headers.get("Authorization") == self._header:
                self._obtain(fresh=True)
            return True

    def _obtain(self, fresh: bool) -> str:
        if self._failure is not None:
            raise self._failure
        try:
            token = self._acquire(fresh)
        except SourceFailed as failure:
            self._failure = failure
            raise
        self._transport.redaction.learn(token.value)
        self._header = header = f"Bearer {token.value}"
        lifetime_s = max(token.lifetime_s - _MARGIN_S, token.lifetime_s / 2)
        self._good_until = self._transport.policy.clock() + lifetime_s
        return header


def check_host(url: str, origins: frozenset[str]) -> None:
    """Return where credentials may go to the address. Raises `SourceFailed`: `foreign-host`."""
    try:
        trusted = url.startswith("https://") and origin(url) in origins
    except ValueError:
        trusted = False
    if not trusted:
        raise SourceFailed(
            "credentials are for " + ", ".join(sorted(origins)) + " and were not sent elsewhere",
            "Name the host in the configuration if it may be given these credentials.",
            "foreign-host",
        )


class Token(Struct, frozen=True):
    """An access token and for how many seconds it is good."""

    value: str
    lifetime_s: float

    def __repr__(self) -> str:
        return f"Token(…, lifetime_s={self.lifetime_s})"
