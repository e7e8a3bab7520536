"""What is asked, who asks, and the request as it is sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import requests
from requests.auth import AuthBase

from connectors.transport.errors import SourceFailed
from connectors.transport.guard.reads import Purpose


class SignIn(Protocol):
    """What signs a transport's requests in. An instance is also an `AuthBase` of requests."""

    @property
    def resource(self) -> str:
        """The address whose audience the credentials are for."""

    def __call__(self, request: requests.PreparedRequest, /) -> requests.PreparedRequest:
        """Add the credentials, or the hook that does, to a request to the right host."""

    def renew(self, refused: requests.PreparedRequest, /) -> bool:
        """After a 401: True where the same request may now be accepted with fresh credentials."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request. `accepted` are refusing statuses that the caller wants as an answer.

    Where `end_bytes` is not 0, no more than the two ends of a compressed body are kept inflated; it
    is inflated again when all of it is wanted. `is_kept`: where a journal is kept, the answer goes
    into it.
    """

    url: str
    method: str = "GET"
    auth: SignIn | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    accept: str = "application/json"
    body: bytes | None = None
    purpose: Purpose = "read"
    source: str = ""
    accepted: frozenset[int] = frozenset()
    end_bytes: int = 0
    is_kept: bool = False


class Signed(AuthBase):
    """Hands a request to the sign-in, whatever class that is."""

    def __init__(self, sign_in: SignIn) -> None:
        self._sign_in = sign_in

    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        """Let the sign-in do it."""
        return self._sign_in(r)


def prepared(request: Request, place: str) -> requests.PreparedRequest:
    """The request as it is sent; `place` is its address without secrets.

    Raises `SourceFailed` with code `not-https` or `unusable-address`, and what its sign-in raises.
    """
    if not request.url.lower().startswith("https://"):
        raise SourceFailed(
            f"{place}: only https addresses are asked",
            "Write the address with https:// in the configuration.",
            "not-https",
            url=place,
        )
    headers = {
        "Accept": request.accept,
        "Accept-Encoding": "gzip",
        "User-Agent": "server-side-sync-auditor",
        **request.headers,
    }
    auth = request.auth
    signed = Signed(auth) if auth is not None else None
    asked = requests.Request(
        request.method, request.url, headers=headers, data=request.body, auth=signed
    )
    try:
        # Not by the session: it has nothing to add, and to look takes as long as all the rest.
        return asked.prepare()
    except (requests.exceptions.InvalidURL, requests.exceptions.InvalidHeader) as error:
        what = "header" if isinstance(error, requests.exceptions.InvalidHeader) else "address"
        raise SourceFailed(
            f"{place}: no request can be made with this {what}",
            "Correct the address or the name in the record or configuration that it is from.",
            "unusable-address",
            url=place,
        ) from error
